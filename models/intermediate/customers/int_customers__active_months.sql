-- The calendar months in which a known customer ordered or did anything at all.
with customer_days as (
    select * from {{ ref('int_activity__customer_days') }}
    where is_known
),

orders as (
    select orders.*
    from {{ ref('int_activity__orders') }} as orders
    inner join {{ ref('int_customers__known') }} as known
        on orders.customer_id = known.customer_id
    where orders.status = 'completed'
),

order_months as (
    select
        customer_id,
        {{ month_of('ordered_at') }} as active_month,
        min(ordered_at) as first_at
    from orders
    group by customer_id, {{ month_of('ordered_at') }}
),

event_months as (
    select
        customer_id,
        {{ month_of('activity_date') }} as active_month,
        min(first_at) as first_at
    from customer_days
    group by customer_id, {{ month_of('activity_date') }}
)

select
    customer_id,
    'first_order_month' as cohort_type,
    active_month,
    first_at
from order_months
union all
select
    customer_id,
    'first_activity_month' as cohort_type,
    active_month,
    min(first_at) as first_at
from (
    select * from order_months
    union all
    select * from event_months
) as activity_months
group by customer_id, active_month
