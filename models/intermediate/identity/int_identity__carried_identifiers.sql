{{ config(materialized='table') }}

-- Which accounts carry which e-mails, phones, cards and devices, the first carrier first: an
-- address that several accounts carry belongs to the one that had it first.
with observed_identifiers as (
    select * from {{ ref('int_identity__observed_identifiers') }}
    where barred_reason is null
),

cut_pairs as (
    select * from {{ ref('int_identity__cut_pairs') }}
),

users as (
    select
        observation_id,
        identifier_value as user_id,
        namespace
    from observed_identifiers
    where identifier_type = 'user_id'
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
    left join cut_pairs
        on
            cut_pairs.left_type = 'user_id'
            and users.user_id = cut_pairs.left_value
            and observed_identifiers.identifier_type = cut_pairs.right_type
            and observed_identifiers.identifier_value = cut_pairs.right_value
    where
        observed_identifiers.identifier_type in ('email', 'phone', 'loyalty_id', 'anonymous_id')
        and cut_pairs.left_value is null
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
    ) as carrier_rank
from carried
