{% macro trait_problem(trait) %}
    {#- What is wrong with a trait's block, and what it could say; nothing where it is right. -#}
    {%- set measures = trait_parts() -%}
    {%- if trait is not mapping or trait.measure | string not in measures -%}
        {%- set measure = trait.measure if trait is mapping else trait -%}
        {{ return(
            'measure ' ~ measure ~ ' is unknown. Known: ' ~ measures | join(', ') ~ '.'
        ) }}
    {%- endif -%}
    {%- set needed, allowed = measures[trait.measure][:2] -%}
    {%- set results = (measures[trait.measure] + [{}])[2] -%}
    {%- if trait.result is defined and trait.result | string not in results and results -%}
        {{ return(
            'result ' ~ trait.result ~ ' is unknown. Known: ' ~ results | join(', ') ~ '.'
        ) }}
    {%- endif -%}
    {%- set needed = ['measure'] + needed + results.get(trait.result, []) -%}
    {{ return(trait_block_problem(trait.measure, trait, needed, allowed)) }}
{% endmacro %}
