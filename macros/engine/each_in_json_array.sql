{% macro each_in_json_array(column) -%}
    {{ return(adapter.dispatch('each_in_json_array')(column)) }}
{%- endmacro %}

{# One row per text of a JSON array of texts; none of an empty one, of null, or of what is no array. #}
{% macro default__each_in_json_array(column) -%}
    explode(from_json({{ column }}, 'array<string>'))
{%- endmacro %}

{% macro duckdb__each_in_json_array(column) -%}
    unnest(try_cast(try_cast({{ column }} as json) as varchar []))
{%- endmacro %}
