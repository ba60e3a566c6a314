{% macro id_secret() -%}
    {{ return(adapter.dispatch('id_secret')()) }}
{%- endmacro %}

{# The connection holds the secret (rollcall/duckdb_plugin.py): it must not enter compiled SQL. #}
{% macro default__id_secret() -%}
    rollcall_id_secret
{%- endmacro %}

{% macro duckdb__id_secret() -%}
    getvariable('rollcall_id_secret')
{%- endmacro %}
