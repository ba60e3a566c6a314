{% macro each_json_key(column) -%}
    {{ return(adapter.dispatch('each_json_key')(column)) }}
{%- endmacro %}

{# One row per key of a JSON object, as text; none of null, or of what is no object. #}
{% macro default__each_json_key(column) -%}
    explode(json_object_keys({{ column }}))
{%- endmacro %}

{% macro duckdb__each_json_key(column) -%}
    unnest(json_keys(try_cast({{ column }} as json)))
{%- endmacro %}
