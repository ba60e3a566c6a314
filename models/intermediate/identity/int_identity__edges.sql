{{ config(materialized='table') }}

-- A record ties its first identifier, by type, to each of its others: the same components as with
-- every pair, at a fraction of the rows.
with judged_identifiers as (
    select * from {{ ref('int_identity__judged_identifiers') }}
),

hubs as (
    select
        observation_id,
        identifier_type,
        identifier_value,
        row_number() over (
            -- A rejected identifier is the hub only where no other is left to name the edge by.
            partition by observation_id
            order by (case when rejection_reason is null then 0 else 1 end), type_rank
        ) as hub_rank,
        rejection_reason
    from judged_identifiers
),

record_edges as (
    select
        hubs.identifier_type as left_type,
        hubs.identifier_value as left_value,
        judged_identifiers.identifier_type as right_type,
        judged_identifiers.identifier_value as right_value,
        coalesce(judged_identifiers.rejection_reason, hubs.rejection_reason) as rejection_reason,
        judged_identifiers.source,
        judged_identifiers.first_seen_at,
        judged_identifiers.last_seen_at,
        judged_identifiers.record_count
    from judged_identifiers
    inner join hubs
        on
            judged_identifiers.observation_id = hubs.observation_id
            and hubs.hub_rank = 1
            and judged_identifiers.identifier_type <> hubs.identifier_type
)

select
    left_type,
    left_value,
    right_type,
    right_value,
    rejection_reason,
    {{ sorted_json_array('source') }} as sources,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at,
    cast(sum(record_count) as bigint) as record_count
from record_edges
group by left_type, left_value, right_type, right_value, rejection_reason
