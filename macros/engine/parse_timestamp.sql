{% macro parse_timestamp(column) -%}
    {{ return(adapter.dispatch('parse_timestamp')(column)) }}
{%- endmacro %}

{# A text without an offset is UTC, because the session's time zone is UTC on every engine. #}
{% macro default__parse_timestamp(column) -%}
    cast(try_cast({{ clean_text(column) }} as timestamp) as timestamp)
{%- endmacro %}

{% macro duckdb__parse_timestamp(column) -%}
    cast(try_cast({{ clean_text(column) }} as timestamp with time zone) as timestamp)
{%- endmacro %}
