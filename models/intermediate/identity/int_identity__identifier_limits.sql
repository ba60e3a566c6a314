-- The limits of the seed, and those of each composite key: its own on profiles, and one account.
with identifier_limits as (
    select * from {{ ref('identifier_limits') }}
)

select
    identifier_type,
    tied_type,
    maximum_count
from identifier_limits
{%- for key in setting('composite_keys') %}
union all
select
    '{{ composite_type(key) }}' as identifier_type,
    'profile_id' as tied_type,
    cast({{ key.maximum_profiles }} as bigint) as maximum_count
union all
select
    '{{ composite_type(key) }}' as identifier_type,
    'user_id' as tied_type,
    cast(1 as bigint) as maximum_count
{%- endfor %}
