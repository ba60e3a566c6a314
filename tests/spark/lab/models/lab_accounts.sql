{{ config(materialized='account_components', accounts_per_component=1) }}

-- The random graphs again, every fifth node an account of one of two namespaces.
with edges as (
    select * from {{ source('lab', 'edges') }}
),

nodes as (
    select node_id from edges
    union
    select neighbour_id as node_id from edges
),

pairs as (
    select
        least(node_id, neighbour_id) as node_id,
        greatest(node_id, neighbour_id) as neighbour_id
    from edges
    where node_id <> neighbour_id
    group by least(node_id, neighbour_id), greatest(node_id, neighbour_id)
)

select
    node_id,
    neighbour_id,
    row_number() over (
        order by
            (node_id + neighbour_id) % 101 nulls last,
            node_id nulls last,
            neighbour_id nulls last
    ) as edge_rank,
    cast(null as {{ dbt.type_string() }}) as account_namespace
from pairs
union all
select
    node_id,
    node_id as neighbour_id,
    null as edge_rank,
    case
        when node_id % 5 = 0 then 'main'
        when node_id % 5 = 1 then 'game'
    end as account_namespace
from nodes
