-- The types of the seed, and one for each composite key that the configuration switches on. A
-- composite key is weak evidence: it ranks after all of the seed.
with identifier_types as (
    select * from {{ ref('identifier_types') }}
)

select
    identifier_type,
    type_rank,
    is_anonymous,
    false as is_composite,
    valid_pattern,
    shared_reason
from identifier_types
{%- for key in setting('composite_keys') %}
union all
select
    '{{ composite_type(key) }}' as identifier_type,
    cast({{ 100 + loop.index }} as bigint) as type_rank,
    false as is_anonymous,
    true as is_composite,
    cast(null as {{ dbt.type_string() }}) as valid_pattern,
    'shared_composite_key' as shared_reason
{%- endfor %}
