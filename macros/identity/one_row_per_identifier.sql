{% macro one_row_per_identifier(relation, columns, types) -%}
    {#- Turns the identifier columns of a relation into rows of identifier_type, identifier_value. -#}
    {%- for type in types %}
    select
        {{ columns | join(', ') }},
        '{{ type }}' as identifier_type,
        {{ type }} as identifier_value
    from {{ relation }}
    where {{ type }} is not null
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{%- endmacro %}
