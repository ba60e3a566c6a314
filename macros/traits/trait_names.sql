{% macro trait_names(trait) %}
    {#- Every moment that a trait of a plain measure reads, by name, in the order of their names. -#}
    {%- set names = [] -%}
    {%- for part in [trait.of, trait.among] if part -%}
        {%- do names.extend([part] if part is string else part) -%}
    {%- endfor -%}
    {{ return(names | unique | sort) }}
{% endmacro %}
