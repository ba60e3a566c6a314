{#-
    Labels every node of an undirected graph with the smallest node of its component.
    The model's SQL gives node_id, neighbour_id (bigint); a node without an edge names itself.
    Each round points every node at its smallest neighbour, follows the pointers to their end and
    keeps the edges between what is left, so a chain of any length takes logarithmic rounds.
-#}
{% materialization connected_components, default, supported_languages=['sql'] %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set names = working_tables(['input', 'labels', 'edges', 'parents', 'next']) -%}
    {{ run_hooks(pre_hooks) }}
    {%- do replace_table(names.input, sql) -%}
    {%- do replace_table(names.labels, own_labels(names)) -%}
    {%- do replace_table(names.edges, edges_both_ways(names)) -%}
    {%- set edges = namespace(left=row_count(names.edges)) -%}
    {%- for _ in range(100000) if edges.left > 0 -%}
        {%- do contract_components(names) -%}
        {%- set left = row_count(names.edges) -%}
        {%- if left >= edges.left -%}
            {{ exceptions.raise_compiler_error(this ~ ': ' ~ left ~ ' edges do not get fewer') }}
        {%- endif -%}
        {%- set edges.left = left -%}
    {%- endfor -%}
    {%- do adapter.drop_relation(load_cached_relation(this)) if load_cached_relation(this) -%}
    {%- call statement('main', auto_begin=false) -%}
        create table {{ target }} as
        select node_id, component_id from {{ names.labels }}
    {%- endcall -%}
    {%- do drop_tables(names) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro contract_components(names) %}
    {%- do replace_table(names.parents, smallest_neighbours(names)) -%}
    {%- do follow_parents(names) -%}
    {%- do replace_table(names.next, followed_labels(names)) -%}
    {%- do swap_tables(names, 'labels', 'next') -%}
    {%- do replace_table(names.next, contracted_edges(names)) -%}
    {%- do swap_tables(names, 'edges', 'next') -%}
{% endmacro %}
