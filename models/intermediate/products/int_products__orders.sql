{{ config(materialized='table') }}

-- Which products each order holds. A line that tells no quantity is one piece, of a refund one that
-- came back.
with orders as (
    select * from {{ ref('int_activity__orders') }}
    where status in ('completed', 'refunded')
),

order_lines as (
    select * from {{ ref('int_unified__order_lines') }}
    where product_id is not null
)

select
    orders.source,
    orders.order_id,
    orders.customer_id,
    orders.status,
    {{ in_namespace_of('orders.source', 'order_lines.product_id') }} as product_key,
    cast(sum(
        coalesce(order_lines.quantity, case when orders.status = 'refunded' then -1 else 1 end)
    ) as bigint) as quantity
from orders
inner join order_lines
    on
        orders.source = order_lines.source
        and orders.order_id = order_lines.order_id
group by
    orders.source,
    orders.order_id,
    orders.customer_id,
    orders.status,
    {{ in_namespace_of('orders.source', 'order_lines.product_id') }}
