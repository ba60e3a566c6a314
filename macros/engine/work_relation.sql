{% macro work_relation(relation, suffix) %}
    {{ return(adapter.dispatch('work_relation')(relation, suffix)) }}
{% endmacro %}

{#- Spark has no temporary tables: it stands beside the relation, and is dropped after use. -#}
{% macro default__work_relation(relation, suffix) %}
    {{ return(relation.incorporate(path={'identifier': relation.identifier ~ suffix}, type='table')) }}
{% endmacro %}

{% macro duckdb__work_relation(relation, suffix) %}
    {{ return(make_temp_relation(relation, suffix)) }}
{% endmacro %}
