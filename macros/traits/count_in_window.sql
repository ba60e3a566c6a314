{% macro count_in_window(is_counted, seconds) -%}
    {#- How many moments are counted in the window that ends with this one: of the half-open
        (moment - seconds, moment], those of its own instant only up to it. -#}
    (
        sum(case when {{ is_counted }} then 1 else 0 end) over (
            {{ trait_window('unbounded preceding and current row') }}
        )
        - coalesce(sum(case when {{ is_counted }} then 1 else 0 end) over (
            partition by trait, customer_id, same_key
            order by {{ microseconds_of('occurred_at') }}
            range between unbounded preceding and {{ seconds * 1000000 }} preceding
        ), 0)
    )
{%- endmacro %}
