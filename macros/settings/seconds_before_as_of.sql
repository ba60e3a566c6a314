{% macro seconds_before_as_of(seconds) -%}
    {#- The time that many seconds before the run's now. -#}
    ({{ as_of() }} - interval '{{ seconds }}' second)
{%- endmacro %}
