-- A payment is the beginning of a billing interval of an active phase, before the phase's end and
-- as_of. A phase ends at its own end or where the subscription's next phase begins. Intervals are
-- counted from the phase's start, in months on the same day, or the last of a shorter month. One
-- without a known interval is paid once.
with subscriptions as (
    select * from {{ ref('int_activity__subscriptions') }}
),

billing_intervals as (
    select * from {{ ref('billing_intervals') }}
),

phases as (
    select
        subscriptions.*,
        -- least passes over nulls, on Spark as well.
        least(
            lead(subscriptions.started_at) over (
                partition by subscriptions.source, subscriptions.subscription_id
                order by subscriptions.started_at
            ),
            subscriptions.ended_at,
            {{ as_of() }}
        ) as phase_end_at,
        billing_intervals.interval_days,
        billing_intervals.interval_months
    from subscriptions
    left join billing_intervals
        on subscriptions.billing_interval = billing_intervals.billing_interval
),

billed as (
    select
        customer_id,
        amount,
        started_at,
        phase_end_at,
        interval_days,
        interval_months,
        coalesce(
            floor({{ days_between_dates(
                'cast(started_at as date)', 'cast(phase_end_at as date)'
            ) }} / interval_days),
            floor({{ months_between('started_at', 'phase_end_at') }} / interval_months),
            0
        ) as last_interval
    from phases
    where status = 'active' and customer_id is not null and started_at < phase_end_at
),

intervals as (
    select
        customer_id,
        amount,
        started_at,
        phase_end_at,
        coalesce(interval_days, 0) as interval_days,
        coalesce(interval_months, 0) as interval_months,
        {{ each_number(0, 'last_interval') }} as interval_number
    from billed
),

begun as (
    select
        customer_id,
        amount,
        phase_end_at,
        {{ months_after(
            days_after('started_at', 'interval_number * interval_days'),
            'interval_number * interval_months'
        ) }} as paid_at
    from intervals
)

select
    customer_id,
    paid_at,
    amount
from begun
where paid_at < phase_end_at
