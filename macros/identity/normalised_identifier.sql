{% macro normalised_identifier(identifier_type, column) -%}
    {#- The value two records are compared by. A phone number's is found by phone_join. -#}
    {%- if identifier_type == 'email' -%}
        {{ one_mailbox(email_address(column)) }}
    {%- else -%}
        nullif({{ trimmed(column) }}, '')
    {%- endif -%}
{%- endmacro %}
