{% macro days_between_dates(from_date, to_date) -%}
    {{ return(adapter.dispatch('days_between_dates')(from_date, to_date)) }}
{%- endmacro %}

{% macro default__days_between_dates(from_date, to_date) -%}
    cast(datediff({{ to_date }}, {{ from_date }}) as bigint)
{%- endmacro %}

{% macro duckdb__days_between_dates(from_date, to_date) -%}
    cast(date_diff('day', {{ from_date }}, {{ to_date }}) as bigint)
{%- endmacro %}
