{%- set figures = {
    'amount': 'case when risk_indicators.minimum_factor is not null then windows.amount end',
    'count': 'windows.moment_count',
    'from_hour': 'risk_indicators.from_hour',
    'minimum_count': 'risk_indicators.minimum_count',
    'minimum_factor': 'risk_indicators.minimum_factor',
    'previous_amount':
        'case when risk_indicators.minimum_factor is not null then windows.previous_amount end',
    'to_hour': 'risk_indicators.to_hour',
    'window_days': 'risk_indicators.window_days',
    'within_minutes': 'risk_indicators.within_minutes',
} %}

-- When a sign of harm held, the first time of each day, what it was told by and what a human should
-- do. It keeps its customer out of audiences while it is in force, and triggers no message.
with windows as (
    select * from {{ ref('int_risk__windows') }}
),

risk_indicators as (
    select * from {{ ref('risk_indicators') }}
),

marked as (
    select
        windows.customer_id,
        windows.indicator,
        windows.marked_at,
        {{ days_after('windows.marked_at', '-risk_indicators.window_days') }} as window_start_at,
        '{' || concat_ws(
            ', '
            {%- for name, figure in figures.items() %},
            '"{{ name }}": ' || cast({{ figure }} as {{ dbt.type_string() }})
            {%- endfor %}
        ) || '}' as inputs,
        risk_indicators.proposed_action,
        {{ days_after('windows.marked_at', 'risk_indicators.in_force_days') }} as in_force_until,
        row_number() over (
            partition by
                windows.customer_id, windows.indicator, cast(windows.marked_at as date)
            order by windows.marked_at
        ) as day_rank
    from windows
    inner join risk_indicators
        on windows.indicator = risk_indicators.indicator
    where
        windows.moment_count >= risk_indicators.minimum_count
        and (
            risk_indicators.minimum_factor is null
            or (
                windows.previous_amount > 0
                and windows.amount >= risk_indicators.minimum_factor * windows.previous_amount
            )
        )
)

select
    customer_id,
    indicator,
    marked_at,
    window_start_at,
    marked_at as window_end_at,
    inputs,
    proposed_action,
    in_force_until,
    in_force_until > {{ as_of() }} as is_in_force
from marked
where day_rank = 1
