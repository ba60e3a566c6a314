{{ config(materialized='connected_components') }}

with nodes as (
    select * from {{ ref('int_identity__nodes') }}
),

edges as (
    select * from {{ ref('int_identity__edges') }}
    where rejection_reason is null
)

select
    left_nodes.node_id,
    right_nodes.node_id as neighbour_id
from edges
inner join nodes as left_nodes
    on
        edges.left_type = left_nodes.identifier_type
        and edges.left_value = left_nodes.identifier_value
inner join nodes as right_nodes
    on
        edges.right_type = right_nodes.identifier_type
        and edges.right_value = right_nodes.identifier_value
union all
-- An identifier without an edge is a component of its own.
select
    node_id,
    node_id as neighbour_id
from nodes
