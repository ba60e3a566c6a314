{% macro remove_all(column, pattern) -%}
    {{ return(adapter.dispatch('remove_all')(column, pattern)) }}
{%- endmacro %}

{% macro default__remove_all(column, pattern) -%}
    regexp_replace({{ column }}, '{{ pattern }}', '')
{%- endmacro %}

{% macro duckdb__remove_all(column, pattern) -%}
    regexp_replace({{ column }}, '{{ pattern }}', '', 'g')
{%- endmacro %}
