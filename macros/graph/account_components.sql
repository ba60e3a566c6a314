{#-
    Divides an undirected graph into components that hold at most `accounts_per_component`
    accounts of one namespace, as if its edges were taken one at a time in the order of
    edge_rank, and one that would join too many accounts were left out.

    The model's SQL gives node_id, neighbour_id, edge_rank (unique) and account_namespace. Each
    node names itself once (edge_rank null), with the namespace of the account that it is, if it
    is one. The table has node_id and component_id.

    Taking edges one at a time is not done: in each round a group without an account joins along
    its first edge, whatever it leads to, and two groups with accounts join where the edge is the
    first of both. No earlier edge could have changed either, so both are what the order does. An
    edge between groups that are too many together is dropped: groups only grow. The first of all
    edges that are left is always taken, so every round leaves fewer.
-#}
{% materialization account_components, default, supported_languages=['sql'] %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set limit = config.require('accounts_per_component') -%}
    {%- set names = working_tables(
        ['input', 'groups', 'holdings', 'edges', 'choices', 'parents', 'next']
    ) -%}
    {{ run_hooks(pre_hooks) }}
    {%- do replace_table(names.input, sql) -%}
    {%- do replace_table(names.groups, single_groups(names)) -%}
    {%- do replace_table(names.holdings, single_holdings(names)) -%}
    {%- do replace_table(names.next, ranked_edges(names)) -%}
    {%- do replace_table(names.edges, joinable_edges(names, limit)) -%}
    {%- set edges = namespace(left=row_count(names.edges)) -%}
    {%- for _ in range(100000) if edges.left > 0 -%}
        {%- do join_groups(names, limit) -%}
        {%- set left = row_count(names.edges) -%}
        {%- if left >= edges.left -%}
            {{ exceptions.raise_compiler_error(this ~ ': ' ~ left ~ ' edges do not get fewer') }}
        {%- endif -%}
        {%- set edges.left = left -%}
    {%- endfor -%}
    {%- if edges.left > 0 -%}
        {{ exceptions.raise_compiler_error(this ~ ': ' ~ edges.left ~ ' edges are left') }}
    {%- endif -%}
    {%- do adapter.drop_relation(load_cached_relation(this)) if load_cached_relation(this) -%}
    {%- call statement('main', auto_begin=false) -%}
        create table {{ target }} as
        select node_id, group_id as component_id from {{ names.groups }}
    {%- endcall -%}
    {%- do drop_tables(names) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro join_groups(names, limit) %}
    {%- do replace_table(names.choices, first_edges(names)) -%}
    {%- do replace_table(names.parents, joined_groups(names)) -%}
    {%- do follow_parents(names) -%}
    {%- do replace_table(names.next, regrouped_nodes(names)) -%}
    {%- do swap_tables(names, 'groups', 'next') -%}
    {%- do replace_table(names.next, regrouped_holdings(names)) -%}
    {%- do swap_tables(names, 'holdings', 'next') -%}
    {%- do replace_table(names.next, regrouped_edges(names)) -%}
    {%- do replace_table(names.edges, joinable_edges(names, limit)) -%}
{% endmacro %}
