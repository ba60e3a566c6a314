{#-
    Labels every node of an undirected graph with the smallest node of its component.
    The model's SQL gives node_id, neighbour_id (bigint); a node without an edge names itself.
    Each round points every node at its smallest neighbour, follows the pointers to their end and
    keeps the edges between what is left, so a chain of any length takes logarithmic rounds.
-#}
{% materialization connected_components, supported_languages=['sql'] %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set names = {} -%}
    {%- for part in ['edges', 'next_edges', 'parents', 'next_parents', 'labels', 'next_labels'] -%}
        {%- do names.update({part: work_relation(this, '__cc_' ~ part)}) -%}
    {%- endfor -%}
    {{ run_hooks(pre_hooks) }}
    {%- do replace_table(names.next_edges, sql) -%}
    {%- do replace_table(names.labels, 'select distinct node_id, node_id as component_id from (
        select node_id from ' ~ names.next_edges ~ ' union all select neighbour_id from '
        ~ names.next_edges ~ ') as nodes') -%}
    {%- do replace_table(names.edges, 'select node_id, neighbour_id from ' ~ names.next_edges
        ~ ' where node_id <> neighbour_id union select neighbour_id, node_id from '
        ~ names.next_edges ~ ' where node_id <> neighbour_id') -%}
    {%- set rounds = namespace(left=scalar_of('select count(*) from ' ~ names.edges), done=0) -%}
    {%- for _ in range(200) if rounds.left > 0 -%}
        {%- do contract_components(names) -%}
        {%- set rounds.left = scalar_of('select count(*) from ' ~ names.edges) -%}
    {%- endfor -%}
    {%- if rounds.left > 0 -%}
        {{ exceptions.raise_compiler_error(this ~ ': components did not converge in 200 rounds') }}
    {%- endif -%}
    {%- do adapter.drop_relation(load_cached_relation(this)) if load_cached_relation(this) -%}
    {%- call statement('main', auto_begin=false) -%}
        create table {{ target }} as
        select node_id, component_id from {{ names.labels }}
    {%- endcall -%}
    {%- for part in names.values() -%}
        {%- do run_query('drop table if exists ' ~ part) -%}
    {%- endfor -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro contract_components(names) %}
    {%- do replace_table(names.parents, 'select node_id,
        least(node_id, min(neighbour_id)) as parent_id from ' ~ names.edges ~ ' group by node_id')
    -%}
    {%- set jumps = namespace(left=1) -%}
    {%- for _ in range(64) if jumps.left > 0 -%}
        {%- do replace_table(names.next_parents, 'select below.node_id, above.parent_id,
            below.parent_id <> above.parent_id as has_moved from ' ~ names.parents
            ~ ' as below inner join ' ~ names.parents
            ~ ' as above on below.parent_id = above.node_id') -%}
        {%- set jumps.left = scalar_of('select count(*) from ' ~ names.next_parents
            ~ ' where has_moved') -%}
        {%- do swap_tables(names, 'parents', 'next_parents') -%}
    {%- endfor -%}
    {%- do replace_table(names.next_labels, 'select labels.node_id,
        coalesce(parents.parent_id, labels.component_id) as component_id from ' ~ names.labels
        ~ ' as labels left join ' ~ names.parents
        ~ ' as parents on labels.component_id = parents.node_id') -%}
    {%- do swap_tables(names, 'labels', 'next_labels') -%}
    {%- do replace_table(names.next_edges, 'select distinct left_parents.parent_id as node_id,
        right_parents.parent_id as neighbour_id from ' ~ names.edges ~ ' as edges
        inner join ' ~ names.parents ~ ' as left_parents on edges.node_id = left_parents.node_id
        inner join ' ~ names.parents ~ ' as right_parents
        on edges.neighbour_id = right_parents.node_id
        where left_parents.parent_id <> right_parents.parent_id') -%}
    {%- do swap_tables(names, 'edges', 'next_edges') -%}
{% endmacro %}

{% macro swap_tables(names, left, right) %}
    {#- What was made takes the other's part, which is made anew next time: no row is copied. -#}
    {%- do names.update({left: names[right], right: names[left]}) -%}
{% endmacro %}

{% macro replace_table(relation, query) %}
    {%- do run_query('drop table if exists ' ~ relation) -%}
    {%- do run_query('create table ' ~ relation ~ ' as ' ~ query) -%}
{% endmacro %}

{% macro scalar_of(query) %}
    {{ return(run_query(query).columns[0].values()[0] | int) }}
{% endmacro %}
