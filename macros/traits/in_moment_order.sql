{% macro in_moment_order() -%}
    {#- What was first: by time, and of one instant by the source's own sequence. Never a tie. -#}
    occurred_at, source, sequence_number nulls last, moment_id, moment
{%- endmacro %}
