{{ config(materialized='table') }}

-- The guards' verdict on each identifier of each observation: null where it is admitted.
with observed_identifiers as (
    select * from {{ ref('int_identity__observed_identifiers') }}
),

carried_identifiers as (
    select * from {{ ref('int_identity__carried_identifiers') }}
),

identifier_types as (
    select * from {{ ref('identifier_types') }}
),

carrier_counts as (
    select
        identifier_type,
        identifier_value,
        max(user_count) as user_count
    from carried_identifiers
    group by identifier_type, identifier_value
),

owners as (
    select
        identifier_type,
        identifier_value,
        namespace,
        user_id
    from carried_identifiers
    where carrier_rank = 1
),

users as (
    select
        observation_id,
        identifier_value as user_id
    from observed_identifiers
    where identifier_type = 'user_id' and not is_blocked
)

select
    observed_identifiers.observation_id,
    observed_identifiers.source,
    observed_identifiers.entity,
    observed_identifiers.identifier_type,
    observed_identifiers.identifier_value,
    observed_identifiers.type_rank,
    observed_identifiers.first_seen_at,
    observed_identifiers.last_seen_at,
    observed_identifiers.record_count,
    case
        when observed_identifiers.is_blocked then 'blocked'
        -- A device of two accounts is of neither; an address of too many is a shared mailbox.
        when
            carrier_counts.user_count > identifier_types.owner_guard_users
            and identifier_types.is_anonymous
            then 'shared_device'
        when carrier_counts.user_count > identifier_types.owner_guard_users then 'shared_address'
        when owners.user_id <> users.user_id then 'owned_by_another_account'
    end as rejection_reason
from observed_identifiers
inner join identifier_types
    on observed_identifiers.identifier_type = identifier_types.identifier_type
left join carrier_counts
    on
        observed_identifiers.identifier_type = carrier_counts.identifier_type
        and observed_identifiers.identifier_value = carrier_counts.identifier_value
left join owners
    on
        observed_identifiers.identifier_type = owners.identifier_type
        and observed_identifiers.identifier_value = owners.identifier_value
        and observed_identifiers.namespace = owners.namespace
left join users
    on observed_identifiers.observation_id = users.observation_id
