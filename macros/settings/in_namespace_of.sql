{% macro in_namespace_of(source_column, column) -%}
    {#- What a source names so means the same in every source of its namespace, and nowhere else. -#}
    case {{ source_column }}
        {%- for name, spec in run_settings().sources.items() if spec.namespace != 'main' %}
        when '{{ name }}' then '{{ spec.namespace }}:'
        {%- else %}
        when '' then ''
        {%- endfor %}
        else ''
    end || {{ column }}
{%- endmacro %}
