{% macro matches(column, pattern) -%}
    {{ return(adapter.dispatch('matches')(column, pattern)) }}
{%- endmacro %}

{#
    True where a part of the column matches the regular expression; anchor it for the whole. To
    Java a last $ is also before a line break that ends the text, as it is to no other engine.
#}
{% macro default__matches(column, pattern) -%}
    {{ column }} rlike regexp_replace({{ pattern }}, r'(?<!\\)[$]\z', r'\\z')
{%- endmacro %}

{% macro duckdb__matches(column, pattern) -%}
    regexp_matches({{ column }}, {{ pattern }})
{%- endmacro %}
