{% macro periods_between(grain, from_period, to_period) -%}
    {#- Whole periods of the grain from the first day of one to the first day of another. -#}
    cast(
        case {{ grain }}
            when 'day' then {{ days_between_dates(from_period, to_period) }}
            when 'week' then floor({{ days_between_dates(from_period, to_period) }} / 7)
            when 'month' then {{ months_between(from_period, to_period) }}
            when 'quarter' then floor({{ months_between(from_period, to_period) }} / 3)
        end
        as bigint
    )
{%- endmacro %}
