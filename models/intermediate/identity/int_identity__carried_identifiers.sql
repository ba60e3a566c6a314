{{ config(materialized='table') }}

-- Which accounts carry which e-mails, phones, cards and devices: what the guards judge by.
with observed_identifiers as (
    select * from {{ ref('int_identity__observed_identifiers') }}
),

users as (
    select
        observation_id,
        identifier_value as user_id,
        namespace
    from observed_identifiers
    where identifier_type = 'user_id' and not is_blocked
),

carried as (
    select
        observed_identifiers.identifier_type,
        observed_identifiers.identifier_value,
        users.namespace,
        users.user_id,
        min(observed_identifiers.first_seen_at) as first_carried_at
    from observed_identifiers
    inner join users
        on observed_identifiers.observation_id = users.observation_id
    where
        observed_identifiers.identifier_type in ('email', 'phone', 'loyalty_id', 'anonymous_id')
        and not observed_identifiers.is_blocked
    group by
        observed_identifiers.identifier_type,
        observed_identifiers.identifier_value,
        users.namespace,
        users.user_id
)

select
    identifier_type,
    identifier_value,
    namespace,
    user_id,
    first_carried_at,
    row_number() over (
        partition by identifier_type, identifier_value, namespace
        order by first_carried_at nulls last, user_id
    ) as carrier_rank,
    count(*) over (partition by identifier_type, identifier_value, namespace) as user_count
from carried
