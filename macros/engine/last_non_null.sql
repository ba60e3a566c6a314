{% macro last_non_null(column) -%}
    {{ return(adapter.dispatch('last_non_null')(column)) }}
{%- endmacro %}

{# Window function: the last value so far that is not null. The two words stand elsewhere. #}
{% macro default__last_non_null(column) -%}
    last_value({{ column }}) ignore nulls
{%- endmacro %}

{% macro duckdb__last_non_null(column) -%}
    last_value({{ column }} ignore nulls)
{%- endmacro %}
