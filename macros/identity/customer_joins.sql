{% macro customer_joins(relation, types) -%}
    {#- Joins the CTE `clusters` once a type of identifier; customer_of picks the first that knows. -#}
    {%- for type in types %}
left join clusters as by_{{ type }}
    on
        by_{{ type }}.identifier_type = '{{ type }}'
        and by_{{ type }}.identifier_value = {{ normalised_identifier(type, relation ~ '.' ~ type) }}
    {%- endfor %}
{%- endmacro %}
