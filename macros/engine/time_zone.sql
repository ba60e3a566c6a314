{% macro time_zone(column) -%}
    rollcall_time_zone({{ column }})
{%- endmacro %}
