{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__subscriptions_versions') }}
),

ranked as (
    select
        versions.*,
        {{ version_rank(
            ['source', 'subscription_id', 'started_at'],
            counts_when='started_at < ' ~ as_of()
        ) }} as version_rank
    from versions
)

select
    source,
    subscription_id,
    started_at,
    user_id,
    email,
    plan,
    status,
    ended_at,
    amount,
    currency,
    billing_interval,
    cancellation_reason,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
