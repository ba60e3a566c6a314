{% macro first_delivery(column, condition='true') -%}
    {#- Aggregate: file or line of the first event for which the condition holds. -#}
    min_by(
        {{ column }},
        {{ ordering_key(['occurred_at', 'delivered_file', 'delivered_line']) }}
    ) filter (where {{ condition }})
{%- endmacro %}
