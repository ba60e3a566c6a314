{% macro moment_condition(part, value) %}
    {#- One condition of a trait's `where` on a moment, as SQL that is never null. -#}
    {%- set columns = ['category', 'product_id', 'platform', 'country'] -%}
    {%- if part in columns -%}
        {%- set literals = [] -%}
        {%- for one in ([value] if value is string else value) -%}
            {%- do literals.append(text_literal(one)) -%}
        {%- endfor -%}
        {{ return('coalesce(' ~ part ~ ' in (' ~ literals | join(', ') ~ '), false)') }}
    {%- elif part == 'value_below' -%}
        {{ return('coalesce(value_amount < ' ~ value ~ ', false)') }}
    {%- elif part == 'value_at_least' -%}
        {{ return('coalesce(value_amount >= ' ~ value ~ ', false)') }}
    {%- elif part == 'local_hours' -%}
        {{ return(
            'coalesce(local_hour >= ' ~ value[0] ~ ' and local_hour < ' ~ value[1] ~ ', false)'
        ) }}
    {%- elif part == 'property' -%}
        {%- set conditions = [] -%}
        {%- for name, wanted in value.items() -%}
            {%- do conditions.append(
                'coalesce(' ~ json_text('properties', text_literal(name)) ~ ' = '
                ~ text_literal(wanted | string) ~ ', false)'
            ) -%}
        {%- endfor -%}
        {{ return(conditions | join(' and ')) }}
    {%- endif -%}
    {%- do exceptions.raise_compiler_error(
        'customer_360: a trait\'s where has no part ' ~ part ~ '. It has: ' ~ columns | join(', ')
        ~ ', value_below, value_at_least, local_hours, property.'
    ) -%}
{% endmacro %}
