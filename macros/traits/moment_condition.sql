{% macro moment_condition(part, value) %}
    {#- One condition of a trait's `where` on a moment, as SQL; of what a moment has not, null. -#}
    {%- if part == 'value_below' -%}
        {{ return('value_amount < ' ~ value) }}
    {%- elif part == 'value_at_least' -%}
        {{ return('value_amount >= ' ~ value) }}
    {%- elif part == 'local_hours' -%}
        {{ return('local_hour >= ' ~ value[0] ~ ' and local_hour < ' ~ value[1]) }}
    {%- elif part == 'property' -%}
        {%- set conditions = [] -%}
        {%- for name, wanted in value.items() -%}
            {#- JSON writes true and false in lower case. -#}
            {%- set text = (wanted | string | lower) if wanted is boolean else (wanted | string) -%}
            {%- do conditions.append(
                json_text('properties', text_literal(name)) ~ ' = ' ~ text_literal(text)
            ) -%}
        {%- endfor -%}
        {{ return(conditions | join(' and ')) }}
    {%- endif -%}
    {%- set literals = [] -%}
    {%- for one in ([value] if value is string else value) -%}
        {%- do literals.append(text_literal(one)) -%}
    {%- endfor -%}
    {{ return(part ~ ' in (' ~ literals | join(', ') ~ ')') }}
{% endmacro %}
