{% macro period_of(time, grain) -%}
    {#- First day of the day, week (Monday), month or quarter; the grain is an expression. -#}
    cast(date_trunc({{ grain }}, cast({{ time }} as timestamp)) as date)
{%- endmacro %}
