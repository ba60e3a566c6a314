{% macro matches(column, pattern) -%}
    {{ return(adapter.dispatch('matches')(column, pattern)) }}
{%- endmacro %}

{# True where a part of the column matches the regular expression; anchor it for the whole. #}
{% macro default__matches(column, pattern) -%}
    {{ column }} rlike {{ pattern }}
{%- endmacro %}

{% macro duckdb__matches(column, pattern) -%}
    regexp_matches({{ column }}, {{ pattern }})
{%- endmacro %}
