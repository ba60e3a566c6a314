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
        memberships.customer_id,
        {{ periods_between(
            'cohorts.period_grain',
            'cohorts.period_start_date',
            'active_periods.period_start_date'
        ) }} as period_number
    from cohorts
    inner join memberships
        on cohorts.cohort_id = memberships.cohort_id
    inner join active_periods
        on
            memberships.customer_id = active_periods.customer_id
            and cohorts.comes_back_by = active_periods.comes_back_by
            and cohorts.period_grain = active_periods.period_grain
            and cohorts.period_start_date <= active_periods.period_start_date
),

followed as (
    select
        cohort_id,
        period_number,
        lag(period_number, 1, -1) over (
            partition by cohort_id, customer_id order by period_number
        ) as previous_period_number
    from returns
)

select
    cohort_id,
    period_number,
    previous_period_number,
    count(*) as customer_count
from followed
group by cohort_id, period_number, previous_period_number
