with active_months as (
    select * from {{ ref('int_customers__active_months') }}
)

select
    customer_id,
    cohort_type || '_' || substr(cast(min(active_month) as {{ dbt.type_string() }}), 1, 7)
        as cohort_id,
    min(first_at) as entered_at
from active_months
group by customer_id, cohort_type
