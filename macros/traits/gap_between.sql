{% macro gap_between(steps) -%}
    {#- Microseconds from the moment that many steps before to this one; null for the first ones. -#}
    (
        {{ microseconds_of('occurred_at') }}
        - lag({{ microseconds_of('occurred_at') }}, {{ steps }}) over ({{ trait_window() }})
    )
{%- endmacro %}
