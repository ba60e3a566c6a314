{% macro to_decimal(column) -%}
    {{ return(adapter.dispatch('to_decimal')(column)) }}
{%- endmacro %}

{# Spark reads no 1_000, as DuckDB does. #}
{% macro default__to_decimal(column) -%}
    try_cast(replace({{ clean_text(column) }}, '_', '') as decimal(18, 4))
{%- endmacro %}

{% macro duckdb__to_decimal(column) -%}
    try_cast({{ clean_text(column) }} as decimal(18, 4))
{%- endmacro %}
