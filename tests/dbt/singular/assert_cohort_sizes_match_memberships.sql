-- A cohort has as many customers as memberships, and month 0 of a complete month has all of them.
with cohorts as (
    select * from {{ ref('cohorts') }}
),

memberships as (
    select
        cohort_id,
        count(*) as member_count
    from {{ ref('cohort_memberships') }}
    group by cohort_id
),

first_periods as (
    select * from {{ ref('cohort_retention') }}
    where period_number = 0
)

select
    coalesce(cohorts.cohort_id, memberships.cohort_id) as cohort_id,
    cohorts.customer_count,
    memberships.member_count,
    first_periods.customer_count as first_period_count
from cohorts
full outer join memberships
    on cohorts.cohort_id = memberships.cohort_id
left join first_periods
    on cohorts.cohort_id = first_periods.cohort_id
where
    cohorts.customer_count is distinct from memberships.member_count
    or coalesce(first_periods.customer_count, cohorts.customer_count) <> cohorts.customer_count
