{{ config(materialized='table') }}

-- The three figures that RFM scores, of what was paid before the moment alone. Every moment but
-- as_of begins a month, so months are added up: what was paid in its own month comes after it.
with payments as (
    select * from {{ ref('int_value__payments') }}
),

moments as (
    select * from {{ ref('int_value__moments') }}
),

months as (
    select
        customer_id,
        cast({{ month_of('paid_at') }} as timestamp) as month_start_at,
        max(paid_at) filter (where is_purchase) as last_paid_at,
        count(*) filter (where is_purchase) as purchase_count,
        sum(amount) as amount
    from payments
    group by customer_id, cast({{ month_of('paid_at') }} as timestamp)
),

summed as (
    select
        moments.measured_at,
        months.customer_id,
        max(months.last_paid_at) as last_paid_at,
        sum(months.purchase_count) as purchase_count,
        sum(months.amount) as amount
    from moments
    inner join months
        on moments.measured_at > months.month_start_at
    group by moments.measured_at, months.customer_id
)

select
    measured_at,
    customer_id,
    {{ days_between_dates('cast(last_paid_at as date)', 'cast(measured_at as date)') }}
        as recency_days,
    cast(purchase_count as bigint) as frequency_count,
    cast(coalesce(amount, 0) as decimal(18, 4)) as monetary_amount
from summed
where purchase_count > 0
