{% macro first_non_null(column, rank) -%}
    {{ return(adapter.dispatch('first_non_null')(column, rank)) }}
{%- endmacro %}

{# Aggregate: the non-null value of the smallest rank. To min_by a null is a value on Spark alone. #}
{% macro default__first_non_null(column, rank) -%}
    min_by({{ column }}, {{ rank }}) filter (where {{ column }} is not null)
{%- endmacro %}

{% macro duckdb__first_non_null(column, rank) -%}
    min_by({{ column }}, {{ rank }})
{%- endmacro %}
