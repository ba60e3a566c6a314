{% macro number_in_window(seconds) -%}
    {#- Which `first` this one is in the window that ends with it, (moment - seconds, moment]: of
        its own instant those count that came before it. -#}
    (
        count(case when is_first then 1 end) over ({{ trait_window() }})
        - count(case when is_first then 1 end) over (
            partition by trait, customer_id, same_key
            order by {{ microseconds_of('occurred_at') }}
            range between unbounded preceding and {{ seconds * 1000000 }} preceding
        )
    )
{%- endmacro %}
