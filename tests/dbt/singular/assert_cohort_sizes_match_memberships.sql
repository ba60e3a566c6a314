-- A cohort has as many customers as memberships; and where entering is coming back too, the first
-- period of a cohort, once it is over, has all of them, by every type of retention.
with cohorts as (
    select * from {{ ref('cohorts') }}
),

definitions as (
    select * from {{ ref('cohort_definitions') }}
    where
        entered_by = 'first_' || comes_back_by
        or (comes_back_by = 'activity' and entered_by <> 'state_reached')
),

memberships as (
    select
        cohort_id,
        count(*) as member_count
    from {{ ref('cohort_memberships') }}
    group by cohort_id
),

first_periods as (
    select
        cohort_retention.cohort_id,
        min(cohort_retention.customer_count) as lowest_count,
        max(cohort_retention.customer_count) as highest_count
    from {{ ref('cohort_retention') }} as cohort_retention
    inner join cohorts
        on cohort_retention.cohort_id = cohorts.cohort_id
    inner join definitions
        on cohorts.cohort_type = definitions.cohort_type
    where cohort_retention.period_number = 0
    group by cohort_retention.cohort_id
)

select
    coalesce(cohorts.cohort_id, memberships.cohort_id) as cohort_id,
    cohorts.customer_count,
    memberships.member_count,
    first_periods.lowest_count,
    first_periods.highest_count
from cohorts
full outer join memberships
    on cohorts.cohort_id = memberships.cohort_id
left join first_periods
    on cohorts.cohort_id = first_periods.cohort_id
where
    cohorts.customer_count is distinct from memberships.member_count
    or coalesce(first_periods.lowest_count, cohorts.customer_count) <> cohorts.customer_count
    or coalesce(first_periods.highest_count, cohorts.customer_count) <> cohorts.customer_count
