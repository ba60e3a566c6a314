{% macro trait_part_problem(part, value, measure) %}
    {#- What is wrong with a part of a block; where it is a block itself, with the parts of that. -#}
    {%- if part in ['measure', 'result'] -%}
        {{ return('') }}
    {%- elif part in ['first', 'then', 'again'] -%}
        {%- set number = ['count', 'within'] if measure == 'sequence_then_absence' and part == 'first'
            else [] -%}
        {%- set needed = number if value is mapping and ('count' in value or 'within' in value)
            else [] -%}
        {{ return(trait_block_problem(part, value, ['of'] + needed, ['where'] + number)) }}
    {%- elif part == 'where' -%}
        {{ return(trait_block_problem(part, value, [], [
            'category', 'product_id', 'platform', 'country', 'value_below', 'value_at_least',
            'local_hours', 'property',
        ])) }}
    {%- elif part == 'window' and value is mapping and ('from' in value or 'to' in value) -%}
        {%- set problem = trait_block_problem(part, value, ['from', 'to'], []) -%}
        {%- if not problem and duration_seconds(value.from) <= duration_seconds(value.to) -%}
            {{ return('window ' ~ value ~ ' ends before it begins: from lies further back.') }}
        {%- endif -%}
        {{ return(problem) }}
    {%- endif -%}
    {{ return(trait_value_problem(part, value, measure)) }}
{% endmacro %}
