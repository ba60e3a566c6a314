{% macro gap_between(steps) -%}
    {#- Microseconds from the moment that many steps before to this one; null for the first ones.
        Of one instant any order gives the same times. -#}
    (
        {{ microseconds_of('occurred_at') }}
        - lag({{ microseconds_of('occurred_at') }}, {{ steps }}) over (
            partition by trait, customer_id, same_key
            order by occurred_at
        )
    )
{%- endmacro %}
