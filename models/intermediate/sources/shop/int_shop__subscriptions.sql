{{ config(enabled=source_is_on('shop')) }}

with plus_memberships as (
    select * from {{ ref('stg_shop__plus_memberships') }}
)

select
    plus_memberships.subscription_id,
    plus_memberships.started_at,
    plus_memberships.user_id,
    plus_memberships.email,
    plus_memberships.plan,
    plus_memberships.status,
    plus_memberships.ended_at,
    plus_memberships.amount,
    plus_memberships.currency,
    plus_memberships.billing_interval,
    plus_memberships.updated_at
from plus_memberships
