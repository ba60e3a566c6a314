{% macro trait_column(trait) -%}
    {#- A trait as customer_360 shows it: nothing done is 0 for what is counted or summed, no value
        for what is a time, a share or a name. -#}
    {%- set counted = ['count', 'distinct', 'count_in_window', 'streak'] -%}
    {%- if trait.measure in ['sum', 'running_balance'] -%}
        coalesce({{ trait.name }}, 0)
    {%- elif trait.result == 'count' or (trait.measure in counted and trait.result != 'ended_at') -%}
        coalesce({{ trait.name }}, 0)
    {%- else -%}
        {{ trait.name }}
    {%- endif -%}
{%- endmacro %}
