{{ config(materialized='table') }}

-- Who bought what, and has it still: what came back altogether is nobody's.
with orders as (
    select * from {{ ref('int_products__orders') }}
),

profiled as (
    select * from {{ ref('int_customers__profiled') }}
)

select
    orders.customer_id,
    orders.product_key,
    sum(orders.quantity) > 0 as is_owned
from orders
inner join profiled
    on orders.customer_id = profiled.customer_id
group by orders.customer_id, orders.product_key
