{% macro clean_text(column) -%}
    nullif({{ trimmed(column) }}, '')
{%- endmacro %}
