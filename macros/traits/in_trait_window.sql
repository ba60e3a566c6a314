{% macro in_trait_window(window) -%}
    {#- Whether a moment lies in the half-open window before as_of; always, where there is none.
        {from: {days: 56}, to: {days: 28}} is [as_of - 56 days, as_of - 28 days). -#}
    {%- if not window -%}
        true
    {%- elif window.from is defined -%}
        (
            occurred_at >= {{ seconds_before_as_of(duration_seconds(window.from)) }}
            and occurred_at < {{ seconds_before_as_of(duration_seconds(window.to)) }}
        )
    {%- else -%}
        occurred_at >= {{ seconds_before_as_of(duration_seconds(window)) }}
    {%- endif -%}
{%- endmacro %}
