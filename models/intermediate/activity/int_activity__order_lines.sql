-- What was ordered, with its customer, in the reporting currency.
with order_lines as (
    select * from {{ ref('int_unified__order_lines') }}
),

orders as (
    select * from {{ ref('int_activity__orders') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
)

select
    orders.source,
    orders.order_id,
    order_lines.line_number,
    orders.customer_id,
    orders.ordered_at,
    orders.status,
    order_lines.product_id,
    order_lines.category,
    order_lines.quantity,
    {{ in_reporting_currency('order_lines.net_amount', 'orders') }}
        as net_amount
from order_lines
inner join orders
    on
        order_lines.source = orders.source
        and order_lines.order_id = orders.order_id
{{ exchange_rate_join('orders', 'orders.ordered_at') }}
