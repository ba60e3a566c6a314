{{ config(materialized='table') }}

-- Every version of every record counts, so that a former e-mail still ties its owner.
with profiles as (
    {{ observed_in(
        'profiles', 'coalesce(created_at, updated_at)',
        ['user_id', 'email', 'phone', 'loyalty_id', 'anonymous_id'], profile_id='profile_id'
    ) }}
),

events as (
    {{ observed_in('events', 'occurred_at', ['user_id', 'email', 'anonymous_id']) }}
),

orders as (
    {{ observed_in(
        'orders', 'ordered_at', ['user_id', 'email', 'phone', 'loyalty_id', 'anonymous_id']
    ) }}
),

messages as (
    {{ observed_in('messages', 'occurred_at', ['user_id', 'email', 'phone']) }}
),

subscriptions as (
    {{ observed_in('subscriptions', 'started_at', ['user_id', 'email']) }}
),

campaign_assignments as (
    {{ observed_in('campaign_assignments', 'assigned_at', ['user_id', 'email']) }}
),

devices as (
    {{ observed_in('devices', 'updated_at', ['user_id', 'anonymous_id']) }}
),

tickets as (
    {{ observed_in('tickets', 'opened_at', ['user_id', 'email']) }}
),

observations as (
    select * from profiles
    union all
    select * from events
    union all
    select * from orders
    union all
    select * from messages
    union all
    select * from subscriptions
    union all
    select * from campaign_assignments
    union all
    select * from devices
    union all
    select * from tickets
)

select
    row_number() over (
        order by
            source, entity, user_id nulls last, email nulls last, phone nulls last,
            loyalty_id nulls last, anonymous_id nulls last, profile_id nulls last
    ) as observation_id,
    source,
    {{ namespace_of('source') }} as namespace,
    entity,
    user_id,
    email,
    phone,
    loyalty_id,
    anonymous_id,
    profile_id,
    first_seen_at,
    last_seen_at,
    record_count
from observations
where
    coalesce(user_id, email, phone, loyalty_id, anonymous_id, profile_id) is not null
