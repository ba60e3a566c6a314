{% macro currency_code(column) -%}
    case
        when {{ matches(trimmed(column), "'^[A-Za-z]{3}$'") }} then upper({{ trimmed(column) }})
    end
{%- endmacro %}
