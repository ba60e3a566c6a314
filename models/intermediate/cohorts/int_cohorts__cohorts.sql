{{ config(materialized='table') }}

with memberships as (
    select * from {{ ref('int_cohorts__memberships') }}
),

-- The period that as_of lies in goes on.
definitions as (
    select
        cohort_definitions.*,
        {{ period_of(as_of(), 'cohort_definitions.period_grain') }} as current_period_date
    from {{ ref('cohort_definitions') }} as cohort_definitions
),

counted as (
    select
        cohort_id,
        cohort_type,
        cohort_group,
        period_start_date,
        count(*) as customer_count
    from memberships
    group by cohort_id, cohort_type, cohort_group, period_start_date
)

select
    counted.cohort_id,
    counted.cohort_type,
    counted.cohort_group,
    counted.period_start_date,
    counted.customer_count,
    definitions.period_grain,
    definitions.comes_back_by,
    definitions.last_period_number,
    definitions.description as definition,
    {{ periods_between(
        'definitions.period_grain', 'counted.period_start_date', 'definitions.current_period_date'
    ) }} as current_period_number
from counted
inner join definitions
    on counted.cohort_type = definitions.cohort_type
