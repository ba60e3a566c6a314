{% macro counts_purchases_by(entity, source_column) -%}
    {#- Whether the row's source takes its purchases from orders or from events. -#}
    {%- set names = [] -%}
    {%- for name, spec in run_settings().sources.items() if spec.purchases == entity -%}
        {%- do names.append("'" ~ name ~ "'") -%}
    {%- endfor -%}
    {{ source_column }} in ({{ names | join(', ') if names else 'null' }})
{%- endmacro %}
