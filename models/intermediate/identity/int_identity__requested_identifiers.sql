{{ config(materialized='table') }}

-- The identifiers that erasure requests name. An address that the requester's own account carries,
-- though it belongs to another account, or that a cut took from it, leads to nobody: a typing
-- mistake must not erase its owner. Nor does one of a type that the source may not bind, nor a
-- placeholder: whoever carries it would lose their records.
with erasure_requests as (
    select * from {{ ref('int_unified__erasure_requests') }}
),

phone_numbers as (
    select * from {{ ref('int_identity__phone_numbers') }}
),

blocked_identifiers as (
    select * from {{ ref('blocked_identifiers') }}
),

carried_identifiers as (
    select * from {{ ref('int_identity__carried_identifiers') }}
),

cut_pairs as (
    select * from {{ ref('int_identity__cut_pairs') }}
    where left_type = 'user_id'
),

normalised as (
    select
        requests.source,
        requests.request_id,
        {{ normalised_identifier('user_id', 'requests.user_id') }} as requester_user_id,
        {{ normalised_identifier('user_id', 'requests.user_id') }} as user_id,
        {{ normalised_identifier('email', 'requests.email') }} as email,
        {{ normalised_phone('phone_numbers', 'requests.phone') }} as phone,
        {{ normalised_identifier('loyalty_id', 'requests.loyalty_id') }} as loyalty_id,
        {{ normalised_identifier('anonymous_id', 'requests.anonymous_id') }} as anonymous_id
    from erasure_requests as requests
    {{ phone_join('phone_numbers', 'requests.phone') }}
),

requested as (
    {{ one_row_per_identifier(
        'normalised', ['source', 'request_id', 'requester_user_id'], identifying_types()
    ) }}
),

-- A block list knows values as a source writes them; an id may begin with its namespace.
written as (
    select
        identifier_type,
        identifier_value,
        identifier_value as written_value
    from requested
    union all
    select
        identifier_type,
        identifier_value,
        {{ remove_all('identifier_value', '^[^:]*:') }} as written_value
    from requested
    where identifier_type in ('user_id', 'phone', 'loyalty_id', 'anonymous_id')
),

blocked as (
    {{ blocked_values('written') }}
)

select distinct
    requested.identifier_type,
    requested.identifier_value
from requested
left join carried_identifiers
    on
        requested.identifier_type = carried_identifiers.identifier_type
        and requested.identifier_value = carried_identifiers.identifier_value
        and requested.requester_user_id = carried_identifiers.user_id
left join blocked
    on
        requested.identifier_type = blocked.identifier_type
        and requested.identifier_value = blocked.identifier_value
left join cut_pairs
    on
        requested.requester_user_id = cut_pairs.left_value
        and requested.identifier_type = cut_pairs.right_type
        and requested.identifier_value = cut_pairs.right_value
where
    cut_pairs.left_value is null
    and blocked.identifier_value is null
    and not {{ is_barred_from_binding('requested.source', 'requested.identifier_type') }}
    and coalesce(carried_identifiers.carrier_rank, 1) <= {{ setting('accounts_per_customer') }}
