{% macro composite_value(key, relation) -%}
    {#-
        A composite key's value: a hash, since a name beside a birth date identifies a person to
        whoever reads it. Null where one of its fields is blank.
    -#}
    {{ sha256_hex(id_secret() ~ " || '|" ~ key.name ~ "'" ~ composite_text(key, relation)) }}
{%- endmacro %}

{% macro composite_text(key, relation) -%}
    {%- for field in key.fields %} || '|' || {{ composite_field(relation, field) }}{% endfor -%}
{%- endmacro %}

{% macro composite_field(relation, field) -%}
    {%- set text = 'cast(' ~ relation ~ '.' ~ field ~ ' as ' ~ dbt.type_string() ~ ')' -%}
    nullif({{ lowered(trimmed(text)) }}, '')
{%- endmacro %}
