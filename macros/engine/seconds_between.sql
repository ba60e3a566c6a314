{% macro seconds_between(from_time, to_time) -%}
    {{ return(adapter.dispatch('seconds_between')(from_time, to_time)) }}
{%- endmacro %}

{# Elapsed seconds with their fraction, so that a gap of exactly N minutes is told from a longer one. #}
{% macro default__seconds_between(from_time, to_time) -%}
    (unix_micros({{ to_time }}) - unix_micros({{ from_time }})) / 1000000
{%- endmacro %}

{% macro duckdb__seconds_between(from_time, to_time) -%}
    (epoch_us({{ to_time }}) - epoch_us({{ from_time }})) / 1000000
{%- endmacro %}
