{% macro as_of() -%}
    cast('{{ run_settings().as_of }}' as timestamp)
{%- endmacro %}
