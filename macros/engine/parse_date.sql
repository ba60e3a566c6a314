{% macro parse_date(column) -%}
    {{ return(adapter.dispatch('parse_date')(column)) }}
{%- endmacro %}

{# Spark takes a year or a month for a date, and no slashes: it gets the day that DuckDB sees. #}
{% macro default__parse_date(column) -%}
    {%- set day = '^([0-9]{4,6}[-/][0-9]{1,2}[-/][0-9]{1,2})(?![0-9])' -%}
    try_cast(
        replace(regexp_extract({{ clean_text(column) }}, r'{{ day }}', 1), '/', '-') as date
    )
{%- endmacro %}

{% macro duckdb__parse_date(column) -%}
    try_cast({{ clean_text(column) }} as date)
{%- endmacro %}
