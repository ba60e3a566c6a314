{{ config(materialized='table') }}

-- The identifiers that more accounts, addresses or cards carry than one of their type may: a
-- kiosk's device, a till's phone number, a role mailbox, a card that a shop assistant lends.
with observed_identifiers as (
    select * from {{ ref('int_identity__observed_identifiers') }}
    where barred_reason is null
),

identifier_limits as (
    select * from {{ ref('int_identity__identifier_limits') }}
),

cut_pairs as (
    select * from {{ ref('int_identity__cut_pairs') }}
),

counts as (
    select
        observed_identifiers.identifier_type,
        observed_identifiers.identifier_value,
        identifier_limits.maximum_count,
        count(distinct others.identifier_value) as tied_count
    from observed_identifiers
    inner join identifier_limits
        on observed_identifiers.identifier_type = identifier_limits.identifier_type
    inner join observed_identifiers as others
        on
            observed_identifiers.observation_id = others.observation_id
            and identifier_limits.tied_type = others.identifier_type
    left join cut_pairs
        on
            observed_identifiers.identifier_type = cut_pairs.left_type
            and observed_identifiers.identifier_value = cut_pairs.left_value
            and others.identifier_type = cut_pairs.right_type
            and others.identifier_value = cut_pairs.right_value
    where cut_pairs.left_value is null
    group by
        observed_identifiers.identifier_type,
        observed_identifiers.identifier_value,
        identifier_limits.tied_type,
        identifier_limits.maximum_count,
        -- Ids of two namespaces are two books: only within one can they be too many.
        case
            when identifier_limits.tied_type in ('user_id', 'loyalty_id', 'anonymous_id')
                then others.namespace
        end
)

select
    identifier_type,
    identifier_value,
    max(tied_count) as tied_count
from counts
where tied_count > maximum_count
group by identifier_type, identifier_value
