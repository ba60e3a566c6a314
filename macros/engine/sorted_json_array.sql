{% macro sorted_json_array(column, where='true') -%}
    {{ return(adapter.dispatch('sorted_json_array')(column, where)) }}
{%- endmacro %}

{# Aggregate: the distinct non-null values as a sorted JSON array, as text. #}
{% macro default__sorted_json_array(column, where) -%}
    to_json(sort_array(collect_set({{ column }}) filter (where {{ where }})))
{%- endmacro %}

{% macro duckdb__sorted_json_array(column, where) -%}
    coalesce(
        cast(to_json(
            list_sort(list(distinct {{ column }}) filter (where {{ column }} is not null and {{ where }}))
        ) as varchar),
        '[]'
    )
{%- endmacro %}
