{% macro days_after(time, days) -%}
    {{ return(adapter.dispatch('days_after')(time, days)) }}
{%- endmacro %}

{# The time so many days of 24 hours later; both are expressions. #}
{% macro default__days_after(time, days) -%}
    ({{ time }} + make_dt_interval(cast({{ days }} as int)))
{%- endmacro %}

{% macro duckdb__days_after(time, days) -%}
    ({{ time }} + to_days(cast({{ days }} as integer)))
{%- endmacro %}
