{{ config(materialized='table') }}

with judged_identifiers as (
    select * from {{ ref('int_identity__judged_identifiers') }}
    where rejection_reason is null
),

nodes as (
    select
        identifier_type,
        identifier_value,
        type_rank,
        -- An account's book: of one book a customer holds one account.
        min(case when identifier_type = 'user_id' then namespace end) as account_namespace,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from judged_identifiers
    group by identifier_type, identifier_value, type_rank
)

select
    row_number() over (order by type_rank, identifier_value) as node_id,
    identifier_type,
    identifier_value,
    type_rank,
    account_namespace,
    first_seen_at,
    last_seen_at
from nodes
