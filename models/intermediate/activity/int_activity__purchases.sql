-- A purchase is a completed order, or an order_completed event of a source that counts by events.
with orders as (
    select * from {{ ref('int_activity__orders') }}
),

events as (
    select * from {{ ref('int_activity__events') }}
)

select
    source,
    order_id as purchase_id,
    customer_id,
    ordered_at as purchased_at,
    net_amount
from orders
where status = 'completed' and {{ counts_purchases_by('orders', 'source') }}
union all
select
    source,
    event_id as purchase_id,
    customer_id,
    occurred_at as purchased_at,
    value_amount as net_amount
from events
where event_name = 'order_completed' and {{ counts_purchases_by('events', 'source') }}
