{% macro record_hash() -%}
    {#- Hash of every column of the calling model's contract. -#}
    md5(
        ''
        {%- for column in model.columns.values() %}
        || coalesce(cast({{ column.name }} as {{ dbt.type_string() }}), '~') || '|'
        {%- endfor %}
    )
{%- endmacro %}
