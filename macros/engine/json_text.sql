{% macro json_text(column, key) -%}
    {{ return(adapter.dispatch('json_text')(column, key)) }}
{%- endmacro %}

{# The value of a key of a JSON object, as text; null where there is none, or no object. #}
{% macro default__json_text(column, key) -%}
    get_json_object({{ column }}, '$.' || {{ key }})
{%- endmacro %}

{% macro duckdb__json_text(column, key) -%}
    json_extract_string(try_cast({{ column }} as json), '$."' || {{ key }} || '"')
{%- endmacro %}
