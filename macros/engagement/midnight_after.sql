{% macro midnight_after(column) -%}
    cast(cast({{ column }} as date) as timestamp) + interval '1' day
{%- endmacro %}
