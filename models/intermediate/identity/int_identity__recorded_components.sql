{{ config(
    materialized='connected_components', enabled=setting('composite_keys') | length > 0
) }}

-- What the customers' identifiers would fall into without composite keys.
with node_edges as (
    select * from {{ ref('int_identity__node_edges') }}
),

customer_components as (
    select * from {{ ref('int_identity__customer_components') }}
)

select
    node_edges.left_node_id as node_id,
    node_edges.right_node_id as neighbour_id
from node_edges
inner join customer_components as left_components
    on node_edges.left_node_id = left_components.node_id
inner join customer_components as right_components
    on
        node_edges.right_node_id = right_components.node_id
        and left_components.component_id = right_components.component_id
where not node_edges.is_composite
union all
select
    node_id,
    node_id as neighbour_id
from customer_components
