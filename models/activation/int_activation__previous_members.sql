-- The members of the last release under the ids that answer for them now, so that of two members
-- who became one neither has left nor come.
with previous_memberships as (
    select * from {{ ref('stg_previous_release__audience_memberships') }}
),

identity_merges as (
    select * from {{ ref('identity_merges') }}
)

select
    previous_memberships.audience,
    coalesce(identity_merges.customer_id, previous_memberships.customer_id) as customer_id,
    min(previous_memberships.entered_at) as entered_at
from previous_memberships
left join identity_merges
    on previous_memberships.customer_id = identity_merges.absorbed_customer_id
group by
    previous_memberships.audience,
    coalesce(identity_merges.customer_id, previous_memberships.customer_id)
