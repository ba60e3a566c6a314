{% macro union_sources(entity) %}
    {#-
        Every delivered version of an entity, from each source that is on and provides it, in the
        columns and types of the calling model's yml; a column that a source lacks is null.
    -#}
    {%- set columns = model.columns.values() | rejectattr('name', 'equalto', 'source') | list -%}
    {%- set providers = [] -%}
    {%- for source_name, spec in run_settings().sources.items() if entity in spec.provides -%}
        {%- do providers.append((source_name, spec, ref('int_' ~ source_name ~ '__' ~ entity))) -%}
    {%- endfor -%}
    {%- for source_name, spec, relation in providers %}
    select
        '{{ source_name }}' as source
        {%- set given = column_names(relation) -%}
        {%- for column in columns %},
        {% if column.name in given -%}
            {{ in_contract_form(column, namespaced(column.name, spec.namespace)) }}
        {%- else -%}
            cast(null as {{ column.data_type }})
        {%- endif %} as {{ column.name }}
        {%- endfor %}
    from {{ relation }}
    {% if not loop.last %}union all{% endif %}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as source
        {%- for column in columns %},
        cast(null as {{ column.data_type }}) as {{ column.name }}
        {%- endfor %}
    where false
    {%- endfor %}
{% endmacro %}

{% macro column_names(relation) %}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {{ return(adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | list) }}
{% endmacro %}

{% macro namespaced(column, namespace) %}
    {#- Ids of one company's namespace are written `<namespace>:<id>`, those of main as they are. -#}
    {%- if namespace != 'main' and column in ['user_id', 'loyalty_id', 'anonymous_id'] -%}
        {{ return("'" ~ namespace ~ ":' || " ~ column) }}
    {%- endif -%}
    {{ return(column) }}
{% endmacro %}
