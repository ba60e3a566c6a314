{% macro check_trait(trait) %}
    {#- Stop where a block says a measure or a part that there is not, by the column's name. -#}
    {%- set where = 'customer_360: trait ' ~ trait.name ~ ': ' -%}
    {%- set parts = trait_parts() -%}
    {%- if trait.measure not in parts -%}
        {%- do exceptions.raise_compiler_error(
            where ~ 'measure ' ~ trait.measure ~ ' is unknown. Known: ' ~ parts | join(', ') ~ '.'
        ) -%}
    {%- endif -%}
    {%- set known = parts[trait.measure] -%}
    {%- for part in trait if part not in ['name', 'measure'] + known.needed + known.allowed -%}
        {%- do exceptions.raise_compiler_error(
            where ~ trait.measure ~ ' has no part ' ~ part ~ '. It has: '
            ~ (known.needed + known.allowed) | join(', ') ~ '.'
        ) -%}
    {%- endfor -%}
    {%- for part in known.needed if part not in trait -%}
        {%- do exceptions.raise_compiler_error(
            where ~ trait.measure ~ ' needs ' ~ part ~ '.'
        ) -%}
    {%- endfor -%}
    {%- set results = known.get('results', []) -%}
    {%- if trait.result is defined and trait.result not in results -%}
        {%- do exceptions.raise_compiler_error(
            where ~ 'result ' ~ trait.result ~ ' is unknown. Known: ' ~ results | join(', ') ~ '.'
        ) -%}
    {%- endif -%}
{% endmacro %}
