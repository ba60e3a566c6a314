-- What is counted for each indicator: of equal times one row, since none of them came first. Of
-- everybody known: who denies profiling is protected all the same.
with moments as (
    select * from {{ ref('int_traits__known_moments') }}
),

risk_moments as (
    select * from {{ ref('risk_moments') }}
),

risk_indicators as (
    select * from {{ ref('risk_indicators') }}
),

matched as (
    select
        moments.customer_id,
        moments.occurred_at,
        moments.source,
        moments.sequence_number,
        moments.moment_id,
        moments.moment,
        moments.value_amount,
        moments.local_hour,
        risk_moments.indicator,
        risk_moments.role
    from moments
    inner join risk_moments
        on
            moments.moment = risk_moments.moment
            and (risk_moments.category is null or moments.category = risk_moments.category)
            and (
                risk_moments.value_below is null
                or moments.value_amount < risk_moments.value_below
            )
),

triggered as (
    select
        customer_id,
        indicator,
        role,
        occurred_at,
        value_amount,
        local_hour,
        max(case when role = 'trigger' then occurred_at end) over (
            partition by customer_id, indicator
            order by {{ in_moment_order() }}, role
        ) as triggered_at
    from matched
)

select
    triggered.customer_id,
    triggered.indicator,
    triggered.occurred_at,
    count(*) as moment_count,
    cast(sum(coalesce(triggered.value_amount, 0)) as decimal(18, 4)) as amount
from triggered
inner join risk_indicators
    on triggered.indicator = risk_indicators.indicator
where
    triggered.role = 'counted'
    and (
        risk_indicators.within_minutes is null
        or {{ seconds_between('triggered.triggered_at', 'triggered.occurred_at') }}
        < risk_indicators.within_minutes * 60
    )
    -- Hours past midnight are the next day's: they are counted from the first one on.
    and (
        risk_indicators.from_hour is null
        or (triggered.local_hour - risk_indicators.from_hour + 24) % 24
        < (risk_indicators.to_hour - risk_indicators.from_hour + 24) % 24
    )
group by triggered.customer_id, triggered.indicator, triggered.occurred_at
