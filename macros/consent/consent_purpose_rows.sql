{% macro consent_purpose_rows() -%}
    {#- A row each of consent_purposes. -#}
    select purpose
    from (
        values
        {%- for purpose in consent_purposes() %}
        ('{{ purpose }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as given (purpose)
{%- endmacro %}
