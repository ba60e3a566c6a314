{% macro to_bigint(column) -%}
    try_cast({{ clean_text(column) }} as bigint)
{%- endmacro %}
