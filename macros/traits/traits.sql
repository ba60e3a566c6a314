{% macro traits(measures=none) %}
    {#- The traits that customer_360 declares, those of the measures asked for: what a block below
        `trait:` says, with the column's name. Empty where dbt shows no graph, while it parses; unit
        tests are shown one by tests/models. -#}
    {%- set found = [] -%}
    {%- if graph.nodes is defined -%}
        {%- set model = graph.nodes['model.' ~ project_name ~ '.customer_360'] -%}
        {%- for column in model.columns.values() if 'trait' in column.config.meta -%}
            {%- set problem = trait_problem(column.config.meta.trait) -%}
            {%- if problem -%}
                {%- do exceptions.raise_compiler_error(
                    model.patch_path.split('://')[-1] ~ ': trait ' ~ column.name ~ ': ' ~ problem
                ) -%}
            {%- endif -%}
            {%- set trait = dict(column.config.meta.trait, name=column.name) -%}
            {%- if measures is none or trait.measure in measures -%}
                {%- do found.append(trait) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}
