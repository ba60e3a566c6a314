{% macro namespace_of(source_column) -%}
    case {{ source_column }}
        {%- for name, spec in run_settings().sources.items() if spec.namespace != 'main' %}
        when '{{ name }}' then '{{ spec.namespace }}'
        {%- else %}
        when '' then ''
        {%- endfor %}
        else 'main'
    end
{%- endmacro %}
