{% macro raise_error(expression) -%}
    {{ return(adapter.dispatch('raise_error')(expression)) }}
{%- endmacro %}

{% macro default__raise_error(expression) -%}
    raise_error({{ expression }})
{%- endmacro %}

{% macro duckdb__raise_error(expression) -%}
    error({{ expression }})
{%- endmacro %}
