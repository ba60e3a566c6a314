{% macro months_after(time, months) -%}
    {{ return(adapter.dispatch('months_after')(time, months)) }}
{%- endmacro %}

{# The time so many months later, on the last day of a month that is too short; expressions both. #}
{% macro default__months_after(time, months) -%}
    ({{ time }} + make_ym_interval(0, cast({{ months }} as int)))
{%- endmacro %}

{% macro duckdb__months_after(time, months) -%}
    ({{ time }} + to_months(cast({{ months }} as integer)))
{%- endmacro %}
