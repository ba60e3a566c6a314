{% macro moment_value(value) -%}
    {#- What a trait reads of a moment: a column, its day, or {property: name}. -#}
    {%- if value is mapping -%}
        {{ json_text('properties', text_literal(value.property)) }}
    {%- elif value == 'day' -%}
        cast(occurred_at as date)
    {%- elif value in ['moment', 'category', 'product_id', 'platform', 'country', 'value_amount'] -%}
        {{ value }}
    {%- else -%}
        {%- do exceptions.raise_compiler_error(
            'customer_360: a trait reads no ' ~ value ~ ' of a moment. It reads moment, category, '
            ~ 'product_id, platform, country, value_amount, day or {property: name}.'
        ) -%}
    {%- endif -%}
{%- endmacro %}
