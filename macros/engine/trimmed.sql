{% macro trimmed(column) -%}
    {{ return(adapter.dispatch('trimmed')(column)) }}
{%- endmacro %}

{# DuckDB takes off every space of Unicode's class Zs, a no-break space too; these are all of it. #}
{% macro default__trimmed(column) -%}
    trim(
        both ' \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000'
        from {{ column }}
    )
{%- endmacro %}

{% macro duckdb__trimmed(column) -%}
    trim({{ column }})
{%- endmacro %}
