{% macro email_address(column) -%}
    {#- Plain addresses, nearly all, stay in SQL; the rest goes to the function of the session. -#}
    case
        when {{ matches(column, "'^[!-~]+$'") }} then lower({{ column }})
        else rollcall_email_address({{ column }})
    end
{%- endmacro %}
