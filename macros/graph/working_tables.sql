{% macro working_tables(parts) %}
    {#- Names of tables beside the model that a materialization works in, by their part. -#}
    {%- set names = {} -%}
    {%- for part in parts -%}
        {%- do names.update({part: work_relation(this, '__' ~ part)}) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}

{% macro replace_table(relation, query) %}
    {%- do run_query('drop table if exists ' ~ relation) -%}
    {%- do run_query('create table ' ~ relation ~ ' as ' ~ query) -%}
{% endmacro %}

{% macro swap_tables(names, left, right) %}
    {#- What was made takes the other's part, which is made anew next time: no row is copied. -#}
    {%- do names.update({left: names[right], right: names[left]}) -%}
{% endmacro %}

{% macro drop_tables(names) %}
    {%- for relation in names.values() -%}
        {%- do run_query('drop table if exists ' ~ relation) -%}
    {%- endfor -%}
{% endmacro %}

{% macro row_count(relation) %}
    {%- set query = 'select count(*) from ' ~ relation -%}
    {{ return(run_query(query).columns[0].values()[0] | int) }}
{% endmacro %}

{% macro follow_parents(names) %}
    {#- Points every node of `parents` (node_id, parent_id) at the end of its pointers. -#}
    {%- set moved = namespace(count=1) -%}
    {%- for _ in range(64) if moved.count > 0 -%}
        {%- do replace_table(names.next, grandparents(names)) -%}
        {%- set moved.count = row_count('(' ~ moved_parents(names) ~ ') as moved') -%}
        {%- do swap_tables(names, 'parents', 'next') -%}
    {%- endfor -%}
    {%- if moved.count > 0 -%}
        {{ exceptions.raise_compiler_error(this ~ ': pointers do not end after 2^64 steps') }}
    {%- endif -%}
{% endmacro %}
