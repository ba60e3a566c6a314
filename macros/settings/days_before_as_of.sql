{% macro days_before_as_of(days) -%}
    {#- Start of the half-open window [as_of - days x 24 h, as_of). -#}
    ({{ as_of() }} - interval '{{ days }}' day)
{%- endmacro %}
