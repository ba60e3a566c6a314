{% macro newest_non_null(column, when='true') -%}
    {#- Survivorship: the value of the best-ranked profile that has one. -#}
    min_by({{ column }}, profile_rank) filter (where {{ column }} is not null and {{ when }})
{%- endmacro %}
