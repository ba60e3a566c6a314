{% macro country_code(column) -%}
    {#- A country's name, a wish or a mistake is no code: it is not guessed at. -#}
    case
        when {{ matches(trimmed(column), "'^[A-Za-z]{2}$'") }} then upper({{ trimmed(column) }})
    end
{%- endmacro %}
