{# The steps of connected_components, each a query over its working tables. #}

{% macro own_labels(names) -%}
    select
        node_id,
        node_id as component_id
    from {{ names.input }}
    union
    select
        neighbour_id as node_id,
        neighbour_id as component_id
    from {{ names.input }}
{%- endmacro %}

{% macro edges_both_ways(names) -%}
    select
        node_id,
        neighbour_id
    from {{ names.input }}
    where node_id <> neighbour_id
    union
    select
        neighbour_id as node_id,
        node_id as neighbour_id
    from {{ names.input }}
    where node_id <> neighbour_id
{%- endmacro %}

{% macro smallest_neighbours(names) -%}
    select
        node_id,
        least(node_id, min(neighbour_id)) as parent_id
    from {{ names.edges }}
    group by node_id
{%- endmacro %}

{% macro followed_labels(names) -%}
    select
        labels.node_id,
        coalesce(parents.parent_id, labels.component_id) as component_id
    from {{ names.labels }} as labels
    left join {{ names.parents }} as parents
        on labels.component_id = parents.node_id
{%- endmacro %}

{% macro contracted_edges(names) -%}
    select distinct
        left_parents.parent_id as node_id,
        right_parents.parent_id as neighbour_id
    from {{ names.edges }} as edges
    inner join {{ names.parents }} as left_parents
        on edges.node_id = left_parents.node_id
    inner join {{ names.parents }} as right_parents
        on edges.neighbour_id = right_parents.node_id
    where left_parents.parent_id <> right_parents.parent_id
{%- endmacro %}
