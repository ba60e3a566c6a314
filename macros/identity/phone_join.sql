{% macro phone_join(alias, phone, country=none) -%}
    {#- Left join of the CTE `phone_numbers` that reads the phone of a record. -#}
    left join phone_numbers as {{ alias }}
        on
            {{ phone }} = {{ alias }}.written_phone
            and {{ alias }}.country = {{ phone_country(country) }}
{%- endmacro %}
