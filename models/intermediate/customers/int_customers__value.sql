{{ config(materialized='table') }}

with orders as (
    select * from {{ ref('int_activity__orders') }}
    where customer_id is not null
),

purchases as (
    select * from {{ ref('int_activity__purchases') }}
    where customer_id is not null
),

order_values as (
    select
        customer_id,
        count(*) filter (where status = 'completed') as order_count,
        cast(sum(net_amount) filter (where status <> 'cancelled') as decimal(18, 4))
            as net_revenue_amount,
        cast(sum(net_amount) filter (where status = 'completed') as decimal(18, 4))
            as completed_amount,
        min(ordered_at) filter (where status = 'completed') as first_order_at,
        max(ordered_at) filter (where status = 'completed') as last_order_at
    from orders
    group by customer_id
),

purchase_values as (
    select
        customer_id,
        count(*) as purchase_count,
        min(purchased_at) as first_purchase_at,
        max(purchased_at) as last_purchase_at
    from purchases
    group by customer_id
)

select
    coalesce(order_values.customer_id, purchase_values.customer_id) as customer_id,
    coalesce(order_values.order_count, 0) as order_count,
    coalesce(order_values.net_revenue_amount, 0) as net_revenue_amount,
    {{ amount_per('coalesce(order_values.completed_amount, 0)', 'order_values.order_count') }}
        as average_order_amount,
    order_values.first_order_at,
    order_values.last_order_at,
    coalesce(purchase_values.purchase_count, 0) as purchase_count,
    purchase_values.first_purchase_at,
    purchase_values.last_purchase_at
from order_values
full outer join purchase_values
    on order_values.customer_id = purchase_values.customer_id
