{% macro observed_in(entity, seen_at, identifiers, country=none, versions=none) -%}
    {#-
        The identifiers that each version of an entity's records carries, in one row a
        combination; columns that the entity lacks are null. Profiles carry their own key and the
        composite keys too.
    -#}
    {%- set none_of_it = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
    select
        versions.source,
        '{{ entity }}' as entity,
        {% for type in ['user_id', 'email', 'phone', 'loyalty_id', 'anonymous_id'] -%}
            {%- if type not in identifiers %}{{ none_of_it }}
            {%- elif type == 'phone' %}{{ normalised_phone('phone_numbers', 'versions.phone') }}
            {%- else %}{{ normalised_identifier(type, 'versions.' ~ type) }}
            {%- endif %} as {{ type }},
        {% endfor -%}
        {{ "versions.source || ':' || versions.profile_id" if entity == 'profiles' else none_of_it }}
        as profile_id,
        {%- for key in setting('composite_keys') %}
        {{ composite_value(key, 'versions') if entity == 'profiles' else none_of_it }}
        as {{ composite_type(key) }},
        {%- endfor %}
        min({{ seen_at }}) as first_seen_at,
        max({{ seen_at }}) as last_seen_at,
        count(*) as record_count
    from {{ versions or ref('int_unified__' ~ entity ~ '_versions') }} as versions
    {% if 'phone' in identifiers %}{{ phone_join('phone_numbers', 'versions.phone', country) }}{% endif %}
    where {{ seen_at }} is null or {{ seen_at }} < {{ as_of() }}
    group by all
{%- endmacro %}
