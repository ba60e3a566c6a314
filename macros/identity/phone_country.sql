{% macro phone_country(column=none) -%}
    {#- The country of a number without a country's code: the record's, else the company's. -#}
    {%- set fallback = "'" ~ setting('phone_country') ~ "'" -%}
    {{ 'coalesce(upper(' ~ column ~ '), ' ~ fallback ~ ')' if column else fallback }}
{%- endmacro %}
