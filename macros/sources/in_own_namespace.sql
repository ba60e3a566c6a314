{% macro in_own_namespace(column) -%}
    {#- Where each row names its namespace: the id as identity writes it. -#}
    case when namespace = 'main' then {{ column }} else namespace || ':' || {{ column }} end
{%- endmacro %}
