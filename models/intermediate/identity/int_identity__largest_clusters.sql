{{ config(materialized='table') }}

-- The largest customers, and of each the one edge whose removal would divide it most evenly: where
-- a wrong link is looked for first. Not looked for in a cluster too large to lay out.
with living_clusters as (
    select * from {{ ref('int_identity__living_clusters') }}
),

nodes as (
    select * from {{ ref('int_identity__nodes') }}
),

settled_edges as (
    select * from {{ ref('int_identity__settled_edges') }}
    where rejection_reason is null
),

sizes as (
    select
        customer_id,
        count(*) as identifier_count,
        row_number() over (order by count(*) desc, customer_id asc) as size_rank
    from living_clusters
    group by customer_id
),

largest as (
    select
        customer_id,
        identifier_count,
        size_rank
    from sizes
    where size_rank <= {{ setting('largest_clusters_shown') }}
),

edges as (
    select
        largest.customer_id,
        cast(left_nodes.node_id as {{ dbt.type_string() }})
        || ' ' || cast(right_nodes.node_id as {{ dbt.type_string() }}) as edge,
        settled_edges.left_type,
        settled_edges.right_type,
        settled_edges.sources
    from largest
    inner join settled_edges
        on largest.customer_id = settled_edges.customer_id
    inner join nodes as left_nodes
        on
            settled_edges.left_type = left_nodes.identifier_type
            and settled_edges.left_value = left_nodes.identifier_value
    inner join nodes as right_nodes
        on
            settled_edges.right_type = right_nodes.identifier_type
            and settled_edges.right_value = right_nodes.identifier_value
    where largest.identifier_count <= {{ setting('largest_cluster_searched_identifiers') }}
),

splits as (
    select
        customer_id,
        {{ even_split(sorted_json_array('edge')) }} as split
    from edges
    group by customer_id
)

select
    largest.customer_id,
    largest.size_rank,
    largest.identifier_count,
    edges.left_type as split_left_type,
    edges.right_type as split_right_type,
    edges.sources as split_sources,
    cast(split_part(splits.split, ' ', 3) as bigint) as split_left_count,
    cast(split_part(splits.split, ' ', 4) as bigint) as split_right_count
from largest
left join splits
    on largest.customer_id = splits.customer_id
left join edges
    on
        splits.customer_id = edges.customer_id
        and edges.edge = split_part(splits.split, ' ', 1) || ' ' || split_part(splits.split, ' ', 2)
