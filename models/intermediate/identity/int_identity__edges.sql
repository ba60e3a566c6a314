{{ config(materialized='table') }}

-- A record ties its first identifier, by type, to each of its others: the same components as with
-- every pair, at a fraction of the rows.
with judged_identifiers as (
    select * from {{ ref('int_identity__judged_identifiers') }}
),

cut_pairs as (
    select * from {{ ref('int_identity__cut_pairs') }}
),

hubs as (
    select
        observation_id,
        identifier_type,
        identifier_value,
        type_rank,
        row_number() over (
            -- A rejected identifier is the hub only where no other is left to name the edge by.
            partition by observation_id
            order by (rejection_reason is not null), type_rank
        ) as hub_rank
    from judged_identifiers
),

record_edges as (
    select
        hubs.identifier_type as left_type,
        hubs.identifier_value as left_value,
        hubs.type_rank as left_rank,
        judged_identifiers.identifier_type as right_type,
        judged_identifiers.identifier_value as right_value,
        judged_identifiers.type_rank as right_rank,
        -- The hub's own reason is none that another of its record does not have too.
        case
            when judged_identifiers.rejection_reason is not null
                then judged_identifiers.rejection_reason
            when cut_pairs.left_value is not null then 'cut'
        end as rejection_reason,
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
    left join cut_pairs
        on
            hubs.identifier_type = cut_pairs.left_type
            and hubs.identifier_value = cut_pairs.left_value
            and judged_identifiers.identifier_type = cut_pairs.right_type
            and judged_identifiers.identifier_value = cut_pairs.right_value
)

select
    left_type,
    left_value,
    left_rank,
    right_type,
    right_value,
    right_rank,
    rejection_reason,
    {{ sorted_json_array('source') }} as sources,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at,
    cast(sum(record_count) as bigint) as record_count
from record_edges
group by
    left_type, left_value, left_rank, right_type, right_value, right_rank, rejection_reason
