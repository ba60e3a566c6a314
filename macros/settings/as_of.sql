{% macro as_of() -%}
    cast('{{ of_this_run("as_of") }}' as timestamp)
{%- endmacro %}
