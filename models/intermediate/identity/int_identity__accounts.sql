{{ config(
    materialized='account_components', accounts_per_component=setting('accounts_per_customer')
) }}

-- Contested components, divided so that no part holds more accounts of one book than a customer
-- may: edges are taken in order, and one that would join too many is not. What records say goes
-- before what a composite key suggests, then the oldest edge goes first.
with contested_nodes as (
    select * from {{ ref('int_identity__contested_nodes') }}
),

contested_edges as (
    select
        node_edges.left_node_id,
        node_edges.right_node_id,
        row_number() over (
            -- Nodes are numbered by type and value, which settle what is equally old.
            order by
                node_edges.is_composite asc,
                node_edges.first_seen_at asc nulls last,
                node_edges.left_rank asc,
                node_edges.right_rank asc,
                node_edges.left_node_id asc,
                node_edges.right_node_id asc
        ) as edge_rank
    from {{ ref('int_identity__node_edges') }} as node_edges
    inner join contested_nodes
        on node_edges.left_node_id = contested_nodes.node_id
)

select
    left_node_id as node_id,
    right_node_id as neighbour_id,
    edge_rank,
    cast(null as {{ dbt.type_string() }}) as account_namespace
from contested_edges
union all
-- An identifier names itself, and the book of the account that it is.
select
    node_id,
    node_id as neighbour_id,
    null as edge_rank,
    account_namespace
from contested_nodes
