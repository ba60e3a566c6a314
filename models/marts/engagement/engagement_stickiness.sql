with customer_days as (
    select * from {{ ref('int_activity__customer_days') }}
    where is_profiled
),

customer_months as (
    select
        customer_id,
        {{ month_of('activity_date') }} as month,
        count(distinct activity_date) as active_days_count
    from customer_days
    group by customer_id, {{ month_of('activity_date') }}
)

select
    month,
    active_days_count,
    count(*) as customer_count
from customer_months
group by month, active_days_count
