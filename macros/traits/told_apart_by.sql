{% macro told_apart_by(value) -%}
    {#- What tells one moment's value from another's: a product is one in its namespace alone. -#}
    {{ 'product_key' if value == 'product_id' else moment_value(value) }}
{%- endmacro %}
