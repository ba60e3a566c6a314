-- What the window (moment - window_days, moment] of each counted moment holds, and the one before
-- it: running totals at its two ends, so that the cost grows with the moments alone.
with counted as (
    select * from {{ ref('int_risk__counted') }}
),

risk_indicators as (
    select * from {{ ref('risk_indicators') }}
),

bounded as (
    select
        counted.customer_id,
        counted.indicator,
        counted.occurred_at as marked_at,
        counted.moment_count,
        counted.amount,
        {{ days_after('counted.occurred_at', '-risk_indicators.window_days') }} as window_start_at,
        {{ days_after('counted.occurred_at', '-2 * risk_indicators.window_days') }}
            as previous_start_at
    from counted
    inner join risk_indicators
        on counted.indicator = risk_indicators.indicator
),

points as (
    select
        customer_id,
        indicator,
        marked_at,
        'end' as bound,
        marked_at as reached_at,
        moment_count,
        amount
    from bounded
    {%- for bound in ['window_start', 'previous_start'] %}
    union all
    select
        customer_id,
        indicator,
        marked_at,
        '{{ bound }}' as bound,
        {{ bound }}_at as reached_at,
        0 as moment_count,
        0 as amount
    from bounded
    {%- endfor %}
),

-- Up to and with the time itself: a moment at the very start of a window lies before it.
totals as (
    select
        points.customer_id,
        points.indicator,
        points.marked_at,
        points.bound,
        sum(points.moment_count) over (
            partition by points.customer_id, points.indicator
            order by points.reached_at
        ) as moment_count,
        sum(points.amount) over (
            partition by points.customer_id, points.indicator
            order by points.reached_at
        ) as amount
    from points
)

select
    customer_id,
    indicator,
    marked_at,
    cast(
        sum(case bound when 'end' then moment_count when 'window_start' then -moment_count end)
        as bigint
    ) as moment_count,
    cast(
        sum(case bound when 'end' then amount when 'window_start' then -amount end)
        as decimal(18, 4)
    ) as amount,
    cast(
        sum(case bound when 'window_start' then amount when 'previous_start' then -amount end)
        as decimal(18, 4)
    ) as previous_amount
from totals
group by customer_id, indicator, marked_at
