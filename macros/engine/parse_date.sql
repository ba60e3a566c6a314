{% macro parse_date(column) -%}
    try_cast({{ clean_text(column) }} as date)
{%- endmacro %}
