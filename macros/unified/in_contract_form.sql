{% macro in_contract_form(column, written) -%}
    {#-
        A value in the form that the contract gives its column, null where it has another: one row
        that a source's own model lets through must not hold back everybody else's release.
    -#}
    {%- set words = column.config.meta.words -%}
    {%- if column.name == 'country' -%}
        {{ country_code('cast(' ~ written ~ ' as ' ~ dbt.type_string() ~ ')') }}
    {%- elif column.name == 'currency' -%}
        {{ currency_code('cast(' ~ written ~ ' as ' ~ dbt.type_string() ~ ')') }}
    {%- elif words -%}
        case
            when lower({{ written }}) in ('{{ words | join("', '") }}') then lower({{ written }})
        end
    {%- elif column.config.meta.typed -%}
        {#- BI reads it: an address, or a number as long as a phone's, is nobody's city. -#}
        case
            when not {{ matches(written, text_literal('@|[0-9]([_.:/ -]?[0-9]){5}')) }}
                then {{ written }}
        end
    {%- elif column.data_type == 'timestamp' -%}
        case
            when cast({{ written }} as timestamp) >= timestamp '1970-01-01 00:00:00'
                then cast({{ written }} as timestamp)
        end
    {%- else -%}
        cast({{ written }} as {{ column.data_type }})
    {%- endif -%}
{%- endmacro %}
