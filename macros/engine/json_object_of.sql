{% macro json_object_of(key, column) -%}
    {{ return(adapter.dispatch('json_object_of')(key, column)) }}
{%- endmacro %}

{# A JSON object of one key, as text. #}
{% macro default__json_object_of(key, column) -%}
    to_json(named_struct('{{ key }}', {{ column }}))
{%- endmacro %}

{% macro duckdb__json_object_of(key, column) -%}
    cast(json_object('{{ key }}', {{ column }}) as varchar)
{%- endmacro %}
