{% macro timestamp_of_milliseconds(column) -%}
    {{ return(adapter.dispatch('timestamp_of_milliseconds')(column)) }}
{%- endmacro %}

{% macro default__timestamp_of_milliseconds(column) -%}
    timestamp_millis({{ column }})
{%- endmacro %}

{% macro duckdb__timestamp_of_milliseconds(column) -%}
    make_timestamp({{ column }} * 1000)
{%- endmacro %}
