{% macro version_rank(key, counts_when) -%}
    {#-
        1 for the version of a record that counts: the newest by updated_at among those that were
        there before as_of; ties by a hash of the row, so that load order decides nothing.
    -#}
    {%- set in_time = '(updated_at is null or updated_at < ' ~ as_of() ~ ') and (' ~ counts_when ~ ')' -%}
    case
        when {{ in_time }}
            then row_number() over (
                partition by {{ key | join(', ') }}, ({{ in_time }})
                order by updated_at desc nulls last, {{ record_hash() }} desc
            )
    end
{%- endmacro %}

{% macro record_hash() -%}
    md5(
        ''
        {%- for column in model.columns.values() %}
        || coalesce(cast({{ column.name }} as {{ dbt.type_string() }}), '~') || '|'
        {%- endfor %}
    )
{%- endmacro %}
