{{ config(materialized='table') }}

-- The guards' verdict on each identifier of each observation: null where it is admitted.
with observed_identifiers as (
    select * from {{ ref('int_identity__observed_identifiers') }}
),

overshared_identifiers as (
    select * from {{ ref('int_identity__overshared_identifiers') }}
),

carried_identifiers as (
    select * from {{ ref('int_identity__carried_identifiers') }}
),

identifier_types as (
    select * from {{ ref('int_identity__identifier_types') }}
),

users as (
    select
        observation_id,
        identifier_value as user_id
    from observed_identifiers
    where identifier_type = 'user_id' and barred_reason is null
)

select
    observed_identifiers.observation_id,
    observed_identifiers.source,
    observed_identifiers.namespace,
    observed_identifiers.entity,
    observed_identifiers.identifier_type,
    observed_identifiers.identifier_value,
    observed_identifiers.type_rank,
    observed_identifiers.first_seen_at,
    observed_identifiers.last_seen_at,
    observed_identifiers.record_count,
    case
        when observed_identifiers.barred_reason is not null
            then observed_identifiers.barred_reason
        -- A device of two accounts is of neither; an address of too many is a shared mailbox.
        when overshared_identifiers.identifier_value is not null
            then identifier_types.shared_reason
        -- As many accounts as a customer may hold share an address that the first of them had.
        when carried_identifiers.carrier_rank > {{ setting('accounts_per_customer') }}
            then 'owned_by_another_account'
    end as rejection_reason
from observed_identifiers
inner join identifier_types
    on observed_identifiers.identifier_type = identifier_types.identifier_type
left join overshared_identifiers
    on
        observed_identifiers.identifier_type = overshared_identifiers.identifier_type
        and observed_identifiers.identifier_value = overshared_identifiers.identifier_value
left join users
    on observed_identifiers.observation_id = users.observation_id
left join carried_identifiers
    on
        observed_identifiers.identifier_type = carried_identifiers.identifier_type
        and observed_identifiers.identifier_value = carried_identifiers.identifier_value
        and users.user_id = carried_identifiers.user_id
