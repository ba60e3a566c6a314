with cohorts as (
    select * from {{ ref('int_cohorts__cohorts') }}
)

select
    cohort_id,
    cohort_type,
    cohort_group,
    period_grain,
    period_start_date,
    definition,
    customer_count
from cohorts
