{% macro id_secret() -%}
    {{ return(adapter.dispatch('id_secret')()) }}
{%- endmacro %}

{#-
    The connection holds the secret, so that it is in no compiled SQL: as a view of the session
    (rollcall/spark.py), or as a variable (rollcall/duckdb_plugin.py).
-#}
{% macro default__id_secret() -%}
    (select secret from rollcall_id_secret)
{%- endmacro %}

{% macro duckdb__id_secret() -%}
    getvariable('rollcall_id_secret')
{%- endmacro %}
