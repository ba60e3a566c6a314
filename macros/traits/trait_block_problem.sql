{% macro trait_block_problem(name, block, needed, allowed) %}
    {#- What is wrong with the parts of a block, a trait's own or one in it. -#}
    {%- if block is not mapping -%}
        {{ return(name ~ ' ' ~ block ~ ' is no block, like {of: product_viewed}.') }}
    {%- endif -%}
    {%- for part in needed if part not in block -%}
        {{ return(name ~ ' needs ' ~ part ~ '.') }}
    {%- endfor -%}
    {%- for part, value in block.items() -%}
        {%- if part not in needed + allowed -%}
            {%- set known = (needed + allowed) | reject('eq', 'measure') | join(', ') -%}
            {{ return(name ~ ' has no part ' ~ part ~ '. It has: ' ~ known ~ '.') }}
        {%- endif -%}
        {%- set problem = trait_part_problem(part, value, block.measure) -%}
        {%- if problem -%}{{ return(problem) }}{%- endif -%}
    {%- endfor -%}
    {{ return('') }}
{% endmacro %}
