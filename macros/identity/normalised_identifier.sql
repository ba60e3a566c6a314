{% macro normalised_identifier(identifier_type, column) -%}
    {#- The value two records are compared by: e-mail without case, phone without punctuation. -#}
    {%- if identifier_type == 'email' -%}
        nullif({{ lowered(trimmed(column)) }}, '')
    {%- elif identifier_type == 'phone' -%}
        nullif({{ remove_all(column, '[^0-9+]') }}, '')
    {%- else -%}
        nullif({{ trimmed(column) }}, '')
    {%- endif -%}
{%- endmacro %}
