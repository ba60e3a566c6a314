with memberships as (
    select * from {{ ref('int_cohorts__memberships') }}
)

select
    customer_id,
    cohort_id,
    entered_at
from memberships
