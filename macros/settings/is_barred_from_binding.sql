{% macro is_barred_from_binding(source_column, type_column) -%}
    {#- Whose an identifier is, a source has no say in that is barred from binding its type. -#}
    (
        {%- for name, spec in run_settings().sources.items() if spec.binds_not %}
        (coalesce({{ source_column }}, '') = '{{ name }}' and {{ type_column }} in ('{{ spec.binds_not | join("', '") }}')) or
        {%- endfor %} false
    )
{%- endmacro %}
