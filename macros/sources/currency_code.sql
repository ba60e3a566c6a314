{% macro currency_code(column) -%}
    {#- Three letters, but for what some write for none: no number, and ISO's own no currency. -#}
    case
        when
            {{ matches(trimmed(column), "'^[A-Za-z]{3}$'") }}
            and upper({{ trimmed(column) }}) not in ('NAN', 'XXX')
            then upper({{ trimmed(column) }})
    end
{%- endmacro %}
