{% macro moment_value(value) -%}
    {#- What a trait reads of a moment: a column, its day, or {property: name}. -#}
    {%- if value is mapping -%}
        {{ json_text('properties', text_literal(value.property)) }}
    {%- elif value == 'day' -%}
        cast(occurred_at as date)
    {%- else -%}
        {{ value }}
    {%- endif -%}
{%- endmacro %}
