{% macro microseconds_of(time) -%}
    {{ return(adapter.dispatch('microseconds_of')(time)) }}
{%- endmacro %}

{# The time as whole microseconds since 1970: a window frame can count them back exactly. #}
{% macro default__microseconds_of(time) -%}
    unix_micros({{ time }})
{%- endmacro %}

{% macro duckdb__microseconds_of(time) -%}
    epoch_us({{ time }})
{%- endmacro %}
