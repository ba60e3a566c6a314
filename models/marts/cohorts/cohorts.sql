with active_months as (
    select * from {{ ref('int_customers__active_months') }}
),

first_months as (
    select
        customer_id,
        cohort_type,
        min(active_month) as cohort_month
    from active_months
    group by customer_id, cohort_type
)

select
    cohort_type || '_' || substr(cast(cohort_month as {{ dbt.type_string() }}), 1, 7) as cohort_id,
    cohort_type,
    cohort_month,
    case cohort_type
        when 'first_order_month' then 'First completed order in this calendar month, UTC'
        else 'First completed order or event in this calendar month, UTC'
    end as definition,
    count(*) as customer_count
from first_months
group by cohort_type, cohort_month
