{% macro rounded(expression, digits) -%}
    {{ return(adapter.dispatch('rounded')(expression, digits)) }}
{%- endmacro %}

{# Spark rounds the decimal text of a double, DuckDB the double itself: halves could differ. #}
{% macro default__rounded(expression, digits) -%}
    round(({{ expression }}) * 1e{{ digits }}D) / 1e{{ digits }}D
{%- endmacro %}

{% macro duckdb__rounded(expression, digits) -%}
    round({{ expression }}, {{ digits }})
{%- endmacro %}
