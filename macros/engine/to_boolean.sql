{% macro to_boolean(column) -%}
    try_cast({{ clean_text(column) }} as boolean)
{%- endmacro %}
