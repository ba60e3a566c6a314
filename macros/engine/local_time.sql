{% macro local_time(time, timezone) -%}
    {{ return(adapter.dispatch('local_time')(time, timezone)) }}
{%- endmacro %}

{# What clocks show in a valid IANA zone at a time in UTC. #}
{% macro default__local_time(time, timezone) -%}
    from_utc_timestamp({{ time }}, {{ timezone }})
{%- endmacro %}

{% macro duckdb__local_time(time, timezone) -%}
    timezone({{ timezone }}, timezone('UTC', {{ time }}))
{%- endmacro %}
