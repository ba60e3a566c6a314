{% macro moment_key() -%}
    {#- The order of moments as one value, for the first or the last of them. -#}
    {{ ordering_key([
        'occurred_at', 'source', 'coalesce(sequence_number, 9223372036854775807)', 'moment_id', 'moment'
    ]) }}
{%- endmacro %}
