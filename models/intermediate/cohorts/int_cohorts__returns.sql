-- How many of a cohort were active in a period, by the period in which they were active before it.
with cohorts as (
    select * from {{ ref('int_cohorts__cohorts') }}
),

memberships as (
    select * from {{ ref('int_cohorts__memberships') }}
),

active_periods as (
    select * from {{ ref('int_cohorts__active_periods') }}
),

returns as (
    select
        cohorts.cohort_id,
        cohorts.period_grain,
        cohorts.period_start_date,
        active_periods.period_start_date as active_start_date,
        -- What they did before they entered does not count.
        case
            when active_periods.previous_start_date >= cohorts.period_start_date
                then active_periods.previous_start_date
        end as previous_start_date,
        count(*) as customer_count
    from cohorts
    inner join memberships
        on cohorts.cohort_id = memberships.cohort_id
    inner join active_periods
        on
            memberships.customer_id = active_periods.customer_id
            and cohorts.comes_back_by = active_periods.comes_back_by
            and cohorts.period_grain = active_periods.period_grain
            and cohorts.period_start_date <= active_periods.period_start_date
    group by
        cohorts.cohort_id,
        cohorts.period_grain,
        cohorts.period_start_date,
        active_periods.period_start_date,
        case
            when active_periods.previous_start_date >= cohorts.period_start_date
                then active_periods.previous_start_date
        end
)

select
    cohort_id,
    {{ periods_between('period_grain', 'period_start_date', 'active_start_date') }}
        as period_number,
    coalesce(
        {{ periods_between('period_grain', 'period_start_date', 'previous_start_date') }}, -1
    ) as previous_period_number,
    customer_count
from returns
