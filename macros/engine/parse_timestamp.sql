{% macro parse_timestamp(column) -%}
    {{ return(adapter.dispatch('parse_timestamp')(column)) }}
{%- endmacro %}

{#-
    A text without an offset is UTC, because the session's time zone is UTC on every engine.
    Spark takes a year, a month or a time of day for a time, and no slashes: it gets the texts
    that DuckDB takes, in the form that both know.
-#}
{% macro default__parse_timestamp(column) -%}
    {%- set day = '^([0-9]{4,6})[-/]([0-9]{1,2})[-/]([0-9]{1,2})' -%}
    {%- set clock = '[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]*)?)?' -%}
    {%- set zone = '(Z|[+-][0-9]{2}(:?[0-9]{2}){0,2}| +(?!Z$)[A-Za-z][^ ]*)?' -%}
    try_cast(
        case
            when {{ clean_text(column) }} rlike r'{{ day }}([T\s]+{{ clock }}{{ zone }})?$'
                then regexp_replace({{ clean_text(column) }}, r'{{ day }}[T\s]*', '$1-$2-$3 ')
        end as timestamp
    )
{%- endmacro %}

{% macro duckdb__parse_timestamp(column) -%}
    cast(try_cast({{ clean_text(column) }} as timestamp with time zone) as timestamp)
{%- endmacro %}
