{{ config(enabled=source_is_on('shop')) }}

with orders as (
    select * from {{ ref('stg_shop__orders') }}
)

select
    orders.order_id,
    orders.ordered_at,
    orders.status,
    orders.channel,
    orders.user_id,
    orders.email,
    orders.phone,
    orders.loyalty_id,
    orders.anonymous_id,
    orders.currency,
    orders.gross_amount,
    orders.discount_amount,
    orders.net_amount,
    orders.updated_at
from orders
