{% macro count_in_window(seconds) -%}
    {#- How many moments lie in the window that ends with this one, (moment - seconds, moment]. -#}
    count(*) over (
        partition by trait, customer_id, same_key
        order by {{ microseconds_of('occurred_at') }}
        range between {{ seconds * 1000000 - 1 }} preceding and current row
    )
{%- endmacro %}
