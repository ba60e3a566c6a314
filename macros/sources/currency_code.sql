{% macro currency_code(column) -%}
    {#-
        Three letters. NaN is what a table without a currency is exported with, and XXX is the code
        of ISO 4217 for no currency.
    -#}
    case
        when
            {{ matches(trimmed(column), "'^[A-Za-z]{3}$'") }}
            and upper({{ trimmed(column) }}) not in ('NAN', 'XXX')
            then upper({{ trimmed(column) }})
    end
{%- endmacro %}
