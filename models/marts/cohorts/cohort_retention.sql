-- Of a cohort, who came back in each later period. Who was active in period p, and before it last
-- in q, is retained in each period after q, up to p, that looks ahead as far as p: classic looks at
-- no other period, bounded at some after it, rolling at all up to as_of.
with cohorts as (
    select * from {{ ref('int_cohorts__cohorts') }}
),

returns as (
    select * from {{ ref('int_cohorts__returns') }}
),

revenues as (
    select * from {{ ref('int_cohorts__revenues') }}
),

retention_types as (
    select
        'classic' as retention_type,
        cast(0 as bigint) as periods_ahead,
        cast(0 as bigint) as periods_awaited
    union all
    select
        'bounded' as retention_type,
        cast({{ setting('cohort_window_periods') }} - 1 as bigint) as periods_ahead,
        cast({{ setting('cohort_window_periods') }} - 1 as bigint) as periods_awaited
    union all
    select
        'rolling' as retention_type,
        cast(null as bigint) as periods_ahead,
        cast(0 as bigint) as periods_awaited
),

spans as (
    select
        returns.cohort_id,
        retention_types.retention_type,
        -- greatest passes over nulls, on Spark as well.
        greatest(
            returns.previous_period_number + 1,
            returns.period_number - retention_types.periods_ahead
        ) as first_number,
        returns.period_number as last_number,
        returns.customer_count
    from returns
    cross join retention_types
),

ends as (
    select
        cohort_id,
        retention_type,
        first_number as period_number,
        customer_count as customer_change
    from spans
    union all
    select
        cohort_id,
        retention_type,
        last_number + 1 as period_number,
        -customer_count as customer_change
    from spans
),

changes as (
    select
        cohort_id,
        retention_type,
        period_number,
        sum(customer_change) as customer_change
    from ends
    group by cohort_id, retention_type, period_number
),

periods as (
    select
        cohort_id,
        period_grain,
        customer_count as cohort_size,
        current_period_number,
        {{ each_number(0, 'least(current_period_number, last_period_number)') }} as period_number
    from cohorts
),

retained as (
    select
        periods.cohort_id,
        periods.period_grain,
        retention_types.retention_type,
        periods.period_number,
        periods.cohort_size,
        periods.period_number < periods.current_period_number as is_over,
        periods.period_number + retention_types.periods_awaited < periods.current_period_number
            as is_known,
        sum(coalesce(changes.customer_change, 0)) over (
            partition by periods.cohort_id, retention_types.retention_type
            order by periods.period_number
        ) as customer_count
    from periods
    cross join retention_types
    left join changes
        on
            periods.cohort_id = changes.cohort_id
            and retention_types.retention_type = changes.retention_type
            and periods.period_number = changes.period_number
)

select
    retained.cohort_id,
    retained.period_grain,
    retained.retention_type,
    retained.period_number,
    case when retained.is_known then cast(retained.customer_count as bigint) end as customer_count,
    case
        when retained.is_known
            then {{ rounded('retained.customer_count / cast(retained.cohort_size as double)', 6) }}
    end as retention_rate,
    case
        when retained.is_over
            then cast(coalesce(revenues.revenue_amount, 0) as decimal(18, 4))
    end as revenue_amount
from retained
left join revenues
    on
        retained.cohort_id = revenues.cohort_id
        and retained.period_number = revenues.period_number
