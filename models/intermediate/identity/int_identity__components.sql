{{ config(materialized='connected_components') }}

with node_edges as (
    select * from {{ ref('int_identity__node_edges') }}
),

nodes as (
    select * from {{ ref('int_identity__nodes') }}
)

select
    left_node_id as node_id,
    right_node_id as neighbour_id
from node_edges
union all
-- An identifier without an edge is a component of its own.
select
    node_id,
    node_id as neighbour_id
from nodes
