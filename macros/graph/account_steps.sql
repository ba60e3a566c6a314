{# The steps of account_components, each a query over its working tables. #}

{% macro single_groups(names) -%}
    select
        node_id,
        node_id as group_id
    from {{ names.input }}
    where edge_rank is null
{%- endmacro %}

{% macro single_holdings(names) -%}
    select
        node_id as group_id,
        account_namespace,
        cast(1 as bigint) as account_count
    from {{ names.input }}
    where account_namespace is not null
{%- endmacro %}

{% macro ranked_edges(names) -%}
    {#- Of input, what does not name one node twice: a node's own row is no edge. -#}
    select
        edge_rank,
        node_id as left_id,
        neighbour_id as right_id
    from {{ names.input }}
    where node_id <> neighbour_id
{%- endmacro %}

{% macro joinable_edges(names, limit) -%}
    {#- The edges of `next` whose two groups do not hold too many accounts together. -#}
    with overfull as (
        select edges.edge_rank
        from {{ names.next }} as edges
        inner join {{ names.holdings }} as left_holdings
            on edges.left_id = left_holdings.group_id
        inner join {{ names.holdings }} as right_holdings
            on
                edges.right_id = right_holdings.group_id
                and left_holdings.account_namespace = right_holdings.account_namespace
        where left_holdings.account_count + right_holdings.account_count > {{ limit }}
        group by edges.edge_rank
    )

    select
        edges.edge_rank,
        edges.left_id,
        edges.right_id
    from {{ names.next }} as edges
    left join overfull
        on edges.edge_rank = overfull.edge_rank
    where overfull.edge_rank is null
{%- endmacro %}

{% macro first_edges(names) -%}
    {#- The first edge of each group that has one: group_id, other_id, edge_rank. -#}
    with incident as (
        select
            left_id as group_id,
            right_id as other_id,
            edge_rank
        from {{ names.edges }}
        union all
        select
            right_id as group_id,
            left_id as other_id,
            edge_rank
        from {{ names.edges }}
    ),

    firsts as (
        select
            group_id,
            min(edge_rank) as edge_rank
        from incident
        group by group_id
    )

    select
        incident.group_id,
        incident.other_id,
        incident.edge_rank
    from incident
    inner join firsts
        on
            incident.group_id = firsts.group_id
            and incident.edge_rank = firsts.edge_rank
{%- endmacro %}

{% macro joined_groups(names) -%}
    {#- Where each group goes this round: node_id, parent_id; itself where it stays. -#}
    with holders as (
        select group_id
        from {{ names.holdings }}
        group by group_id
    )

    select
        choices.group_id as node_id,
        case
            when others.group_id is not null then least(choices.group_id, choices.other_id)
            when holders.group_id is null then choices.other_id
            else choices.group_id
        end as parent_id
    from {{ names.choices }} as choices
    left join {{ names.choices }} as others
        on
            choices.other_id = others.group_id
            and choices.edge_rank = others.edge_rank
    left join holders
        on choices.group_id = holders.group_id
{%- endmacro %}

{% macro grandparents(names) -%}
    select
        below.node_id,
        above.parent_id
    from {{ names.parents }} as below
    inner join {{ names.parents }} as above
        on below.parent_id = above.node_id
{%- endmacro %}

{% macro moved_parents(names) -%}
    select before_jump.node_id
    from {{ names.parents }} as before_jump
    inner join {{ names.next }} as after_jump
        on before_jump.node_id = after_jump.node_id
    where before_jump.parent_id <> after_jump.parent_id
{%- endmacro %}

{% macro regrouped_nodes(names) -%}
    select
        members.node_id,
        coalesce(parents.parent_id, members.group_id) as group_id
    from {{ names.groups }} as members
    left join {{ names.parents }} as parents
        on members.group_id = parents.node_id
{%- endmacro %}

{% macro regrouped_holdings(names) -%}
    select
        coalesce(parents.parent_id, holdings.group_id) as group_id,
        holdings.account_namespace,
        cast(sum(holdings.account_count) as bigint) as account_count
    from {{ names.holdings }} as holdings
    left join {{ names.parents }} as parents
        on holdings.group_id = parents.node_id
    group by coalesce(parents.parent_id, holdings.group_id), holdings.account_namespace
{%- endmacro %}

{% macro regrouped_edges(names) -%}
    {#- Between two groups the first edge alone; inside one none. -#}
    with moved as (
        select
            edges.edge_rank,
            left_parents.parent_id as left_id,
            right_parents.parent_id as right_id
        from {{ names.edges }} as edges
        inner join {{ names.parents }} as left_parents
            on edges.left_id = left_parents.node_id
        inner join {{ names.parents }} as right_parents
            on edges.right_id = right_parents.node_id
    )

    select
        min(edge_rank) as edge_rank,
        least(left_id, right_id) as left_id,
        greatest(left_id, right_id) as right_id
    from moved
    where left_id <> right_id
    group by least(left_id, right_id), greatest(left_id, right_id)
{%- endmacro %}
