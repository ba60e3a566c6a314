{% macro json_kind(column, key) -%}
    {{ return(adapter.dispatch('json_kind')(column, key)) }}
{%- endmacro %}

{#
    What kind of value a key of a JSON object has: text, number, boolean, list or object; null where
    it has none. Spark gives texts alone, so there the sign after the key tells.
#}
{% macro default__json_kind(column, key) -%}
    case regexp_extract({{ column }}, concat('"\\Q', {{ key }}, '\\E"\\s*:\\s*(.)'), 1)
        when '"' then 'text'
        when '[' then 'list'
        when '{' then 'object'
        when 't' then 'boolean'
        when 'f' then 'boolean'
        when 'n' then null
        when '' then null
        else 'number'
    end
{%- endmacro %}

{% macro duckdb__json_kind(column, key) -%}
    case json_type(try_cast({{ column }} as json), '$."' || {{ key }} || '"')
        when 'VARCHAR' then 'text'
        when 'ARRAY' then 'list'
        when 'OBJECT' then 'object'
        when 'BOOLEAN' then 'boolean'
        when 'NULL' then null
        else 'number'
    end
{%- endmacro %}
