{{ config(materialized='table') }}

-- The edges that the guards let through, by number.
with edges as (
    select * from {{ ref('int_identity__edges') }}
    where rejection_reason is null
),

identifier_types as (
    select * from {{ ref('int_identity__identifier_types') }}
),

nodes as (
    select * from {{ ref('int_identity__nodes') }}
)

select
    left_nodes.node_id as left_node_id,
    right_nodes.node_id as right_node_id,
    edges.left_rank,
    edges.right_rank,
    edges.first_seen_at,
    identifier_types.is_composite
from edges
inner join identifier_types
    on edges.right_type = identifier_types.identifier_type
inner join nodes as left_nodes
    on
        edges.left_type = left_nodes.identifier_type
        and edges.left_value = left_nodes.identifier_value
inner join nodes as right_nodes
    on
        edges.right_type = right_nodes.identifier_type
        and edges.right_value = right_nodes.identifier_value
