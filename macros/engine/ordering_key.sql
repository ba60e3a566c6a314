{% macro ordering_key(columns) -%}
    {{ return(adapter.dispatch('ordering_key')(columns)) }}
{%- endmacro %}

{# One value that orders by several columns, none of them null, for min_by and max_by. #}
{% macro default__ordering_key(columns) -%}
    struct({{ columns | join(', ') }})
{%- endmacro %}

{% macro duckdb__ordering_key(columns) -%}
    row({{ columns | join(', ') }})
{%- endmacro %}
