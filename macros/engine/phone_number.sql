{% macro phone_number(phone, country) -%}
    rollcall_phone_number({{ phone }}, {{ country }})
{%- endmacro %}
