{% macro to_bigint(column) -%}
    {{ return(adapter.dispatch('to_bigint')(column)) }}
{%- endmacro %}

{# DuckDB rounds a text with a fraction, and reads 1e3 and 1_000; Spark reads digits alone. #}
{% macro default__to_bigint(column) -%}
    {%- set number = "try_cast(replace(" ~ clean_text(column) ~ ", '_', '') as decimal(38, 18))" -%}
    coalesce(
        try_cast({{ clean_text(column) }} as bigint),
        try_cast(round({{ number }}) as bigint)
    )
{%- endmacro %}

{% macro duckdb__to_bigint(column) -%}
    try_cast({{ clean_text(column) }} as bigint)
{%- endmacro %}
