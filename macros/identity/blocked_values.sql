{% macro blocked_values(relation) -%}
    {#- Those identifiers of a relation that stand for nobody, whoever carries them. -#}
    select
        {{ relation }}.identifier_type,
        {{ relation }}.identifier_value
    from {{ relation }}
    inner join blocked_identifiers
        on
            {{ relation }}.identifier_type = blocked_identifiers.identifier_type
            and (
                {{ relation }}.written_value = blocked_identifiers.value
                or {{ matches(relation ~ '.written_value', 'blocked_identifiers.pattern') }}
            )
    group by {{ relation }}.identifier_type, {{ relation }}.identifier_value
{%- endmacro %}
