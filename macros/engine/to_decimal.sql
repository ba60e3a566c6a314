{% macro to_decimal(column) -%}
    try_cast({{ clean_text(column) }} as decimal(18, 4))
{%- endmacro %}
