{% macro customer_of(types) -%}
    {#- The customer of the record's first identifier, by type, that stands for somebody. -#}
    coalesce({% for type in types %}by_{{ type }}.customer_id, {% endfor %}null)
{%- endmacro %}
