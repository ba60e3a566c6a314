{% macro composite_type(key) -%}
    {#- The identifier_type of a composite key of the configuration. -#}
    {{ return('composite_' ~ key.name) }}
{%- endmacro %}
