{% macro remove_all(column, pattern) -%}
    {{ return(adapter.dispatch('remove_all')(column, pattern)) }}
{%- endmacro %}

{# A raw literal: a backslash of the pattern is none of the literal's. #}
{% macro default__remove_all(column, pattern) -%}
    regexp_replace({{ column }}, r'{{ pattern }}', '')
{%- endmacro %}

{% macro duckdb__remove_all(column, pattern) -%}
    regexp_replace({{ column }}, '{{ pattern }}', '', 'g')
{%- endmacro %}
