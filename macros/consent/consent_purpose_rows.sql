{% macro consent_purpose_rows() -%}
    {#- A row each of consent_purposes. -#}
    {%- for purpose in consent_purposes() %}
    select '{{ purpose }}' as purpose
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{%- endmacro %}
