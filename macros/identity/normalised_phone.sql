{% macro normalised_phone(alias, phone) -%}
    {#-
        The number in E.164 as phone_join found it. One that nobody can read is kept apart under
        a value that no rule of what is valid lets through.
    -#}
    coalesce({{ alias }}.phone, 'unparsable:' || nullif({{ trimmed(phone) }}, ''))
{%- endmacro %}
