-- Every order that is not cancelled is revenue of one customer of customer_360 or of nobody there:
-- none is counted twice and none is lost. Every known customer of identity_map is one row.
with orders as (
    select * from {{ ref('int_activity__orders') }}
    where status <> 'cancelled'
),

customers as (
    select * from {{ ref('customer_360') }}
),

known as (
    select customer_id
    from {{ ref('identity_map') }}
    where identifier_type <> 'anonymous_id'
    group by customer_id
),

totals as (
    select
        (select coalesce(sum(customers.net_revenue_amount), 0) from customers) as customer_amount,
        (
            select coalesce(sum(orders.net_amount), 0)
            from orders
            left join customers
                on orders.customer_id = customers.customer_id
            where customers.customer_id is null
        ) as other_amount,
        (select coalesce(sum(orders.net_amount), 0) from orders) as order_amount,
        (select count(*) from customers) as customer_count,
        (select count(*) from known) as known_count
)

select *
from totals
where
    customer_amount + other_amount <> order_amount
    or customer_count <> known_count
