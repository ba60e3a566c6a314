-- Whoever qualifies and is no member, by the first reason that applies. Who would enter an audience
-- that is held waits.
with qualified as (
    select * from {{ ref('int_activation__qualified') }}
),

memberships as (
    select * from {{ ref('audience_memberships') }}
)

select
    qualified.audience,
    coalesce(qualified.exclusion_reason, 'held') as reason,
    count(*) as customer_count
from qualified
left join memberships
    on
        qualified.audience = memberships.audience
        and qualified.customer_id = memberships.customer_id
where memberships.customer_id is null
group by qualified.audience, coalesce(qualified.exclusion_reason, 'held')
