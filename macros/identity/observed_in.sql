{% macro observed_in(entity, seen_at, identifiers, profile_id=none) -%}
    {#-
        The identifiers that each version of an entity's records carries, in one row a
        combination; columns that the entity lacks are null.
    -#}
    select
        source,
        '{{ entity }}' as entity,
        {% for type in ['user_id', 'email', 'phone', 'loyalty_id', 'anonymous_id'] -%}
            {{ normalised_identifier(type, type) if type in identifiers else 'cast(null as ' ~ dbt.type_string() ~ ')' }}
            as {{ type }},
        {% endfor -%}
        {{ "source || ':' || " ~ profile_id if profile_id else 'cast(null as ' ~ dbt.type_string() ~ ')' }}
        as profile_id,
        min({{ seen_at }}) as first_seen_at,
        max({{ seen_at }}) as last_seen_at,
        count(*) as record_count
    from {{ ref('int_unified__' ~ entity ~ '_versions') }}
    where {{ seen_at }} is null or {{ seen_at }} < {{ as_of() }}
    group by all
{%- endmacro %}
