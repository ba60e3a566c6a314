{% macro is_moment(of, where=none) -%}
    {#- Whether a moment is one that a trait means: by name (one, several or any, where names
        are asked for) and by what `where` asks of it. -#}
    {%- set names = [of] if of is string else (of or []) -%}
    {%- set conditions, literals = [], [] -%}
    {%- for name in names if name != 'any' -%}
        {%- do literals.append(text_literal(name)) -%}
    {%- endfor -%}
    {%- set named = 'moment in (' ~ literals | join(', ') ~ ')' -%}
    {%- if 'any' in names -%}
        {%- do conditions.append('(is_activity or ' ~ named ~ ')' if literals else 'is_activity') -%}
    {%- elif literals -%}
        {%- do conditions.append(named) -%}
    {%- endif -%}
    {%- for part, value in (where or {}).items() -%}
        {%- do conditions.append(moment_condition(part, value)) -%}
    {%- endfor -%}
    ({{ conditions | join(' and ') or 'true' }})
{%- endmacro %}
