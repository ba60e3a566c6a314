{% macro even_split(edges) -%}
    rollcall_even_split({{ edges }})
{%- endmacro %}
