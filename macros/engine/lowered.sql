{% macro lowered(column) -%}
    {{ return(adapter.dispatch('lowered')(column)) }}
{%- endmacro %}

{# Java lowers these two by what stands around them, DuckDB each by itself. #}
{% macro default__lowered(column) -%}
    lower(translate({{ column }}, 'İΣ', 'iσ'))
{%- endmacro %}

{% macro duckdb__lowered(column) -%}
    lower({{ column }})
{%- endmacro %}
