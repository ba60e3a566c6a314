{% macro customer_joins(relation, types, country=none) -%}
    {#-
        Joins the CTE `clusters` once a type of identifier (and `phone_numbers`, where a phone is
        among them); customer_of picks the first that knows. A source finds nobody by what it may
        not bind.
    -#}
    {%- for type in types %}
    {%- if type == 'phone' %}
{{ phone_join('phone_numbers', relation ~ '.phone', country) }}
    {%- endif %}
left join clusters as by_{{ type }}
    on
        by_{{ type }}.identifier_type = '{{ type }}'
        and by_{{ type }}.identifier_value = {% if type == 'phone' -%}
            phone_numbers.phone
        {%- else -%}
            {{ normalised_identifier(type, relation ~ '.' ~ type) }}
        {%- endif %}
        {%- for name, spec in run_settings().sources.items() if type in (spec.binds_not or []) %}
        and {{ relation }}.source <> '{{ name }}'
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}
