{{ config(materialized='table') }}

-- Every version of every record counts, so that a former e-mail still ties its owner.
with phone_numbers as (
    select * from {{ ref('int_identity__phone_numbers') }}
),

-- What a profile had from the first is as old as it; what it was given later, as the change: an
-- old account does not come before whoever had an address before it was typed there.
dated_profiles as (
    select
        versions.*,
        case
            when
                versions.updated_at is null
                or versions.updated_at = min(versions.updated_at) over (
                    partition by versions.source, versions.profile_id
                )
                then coalesce(
                    min(versions.created_at) over (
                        partition by versions.source, versions.profile_id
                    ),
                    versions.updated_at
                )
            else versions.updated_at
        end as seen_at
    from {{ ref('int_unified__profiles_versions') }} as versions
),

profiles as (
    {{ observed_in(
        'profiles', 'versions.seen_at',
        ['user_id', 'email', 'phone', 'loyalty_id', 'anonymous_id'], country='versions.country',
        versions='dated_profiles'
    ) }}
),

events as (
    {{ observed_in('events', 'versions.occurred_at', ['user_id', 'email', 'anonymous_id']) }}
),

orders as (
    {{ observed_in(
        'orders', 'versions.ordered_at',
        ['user_id', 'email', 'phone', 'loyalty_id', 'anonymous_id']
    ) }}
),

messages as (
    {{ observed_in('messages', 'versions.occurred_at', ['user_id', 'email', 'phone']) }}
),

subscriptions as (
    {{ observed_in('subscriptions', 'versions.started_at', ['user_id', 'email']) }}
),

campaign_assignments as (
    {{ observed_in('campaign_assignments', 'versions.assigned_at', ['user_id', 'email']) }}
),

devices as (
    {{ observed_in('devices', 'versions.updated_at', ['user_id', 'anonymous_id']) }}
),

tickets as (
    {{ observed_in('tickets', 'versions.opened_at', ['user_id', 'email']) }}
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
            source,
            {%- for type in observed_types() %}
            {{ type }} nulls last,
            {%- endfor %}
            entity
    ) as observation_id,
    source,
    {{ namespace_of('source') }} as namespace,
    entity,
    {%- for type in observed_types() %}
    {{ type }},
    {%- endfor %}
    first_seen_at,
    last_seen_at,
    record_count
from observations
