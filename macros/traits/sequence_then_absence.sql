{% macro sequence_then_absence(next_at, seconds) -%}
    {#- Whether this moment was followed by none of what should come: the half-open window of so
        many seconds from it is over by as_of, and the next one, if any, lies beyond it. -#}
    (
        {{ seconds_between('occurred_at', as_of()) }} >= {{ seconds }}
        and coalesce({{ seconds_between('occurred_at', next_at) }} >= {{ seconds }}, true)
    )
{%- endmacro %}
