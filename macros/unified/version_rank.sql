{% macro version_rank(key, counts_when='true', is_timeless=false, tie_break=none) -%}
    {#-
        1 for the version of a record that counts: the newest by updated_at among those that were
        there before as_of; ties by a hash of the row, so that load order decides nothing.
        tie_break goes before the hash where one of two equally new versions must win.
        is_timeless: versions that were updated at or after as_of count too.
    -#}
    {%- set in_time = '(' ~ counts_when ~ ')' -%}
    {%- if not is_timeless -%}
        {%- set in_time = '(' ~ in_time ~ ' and (updated_at is null or updated_at < ' ~ as_of() ~ '))'
        -%}
    {%- endif -%}
    case
        when {{ in_time }}
            then row_number() over (
                partition by {{ key | join(', ') }}, {{ in_time }}
                order by
                    updated_at desc nulls last,
                    {% if tie_break %}{{ tie_break }},{% endif %}
                    {{ record_hash() }} desc
            )
    end
{%- endmacro %}
