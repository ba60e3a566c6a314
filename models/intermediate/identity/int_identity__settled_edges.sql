{{ config(materialized='table') }}

-- The last word on each edge: one that the guards let through ties two customers only where it
-- would have given one of them a second account.
with edges as (
    select * from {{ ref('int_identity__edges') }}
),

clusters as (
    select * from {{ ref('int_identity__clusters') }}
)

select
    edges.left_type,
    edges.left_value,
    edges.right_type,
    edges.right_value,
    edges.left_rank,
    edges.right_rank,
    left_clusters.customer_id,
    case
        when edges.rejection_reason is not null then edges.rejection_reason
        when left_clusters.customer_id <> right_clusters.customer_id then 'second_account'
    end as rejection_reason,
    edges.sources,
    edges.first_seen_at,
    edges.last_seen_at,
    edges.record_count
from edges
left join clusters as left_clusters
    on
        edges.left_type = left_clusters.identifier_type
        and edges.left_value = left_clusters.identifier_value
left join clusters as right_clusters
    on
        edges.right_type = right_clusters.identifier_type
        and edges.right_value = right_clusters.identifier_value
