-- What RFM counts, by the basis in force. A purchase tells recency and frequency; a refund or
-- credit note is no purchase and takes its amount off.
{%- set basis = setting('rfm_basis') %}

with orders as (
    select * from {{ ref('int_activity__orders') }}
    where '{{ basis }}' = 'orders' and status <> 'cancelled'
),

subscription_payments as (
    select * from {{ ref('int_value__subscription_payments') }}
    where '{{ basis }}' = 'subscriptions'
),

events as (
    select * from {{ ref('int_activity__events') }}
    where '{{ basis }}' = 'value_events'
),

incoming as (
    select * from {{ ref('event_vocabulary') }}
    where money_direction = 1
),

profiled as (
    select * from {{ ref('int_customers__profiled') }}
),

payments as (
    select
        customer_id,
        ordered_at as paid_at,
        net_amount as amount,
        status = 'completed' as is_purchase
    from orders
    union all
    select
        customer_id,
        paid_at,
        amount,
        true as is_purchase
    from subscription_payments
    union all
    select
        events.customer_id,
        events.occurred_at as paid_at,
        events.value_amount as amount,
        true as is_purchase
    from events
    inner join incoming
        on events.event_name = incoming.event_name
    where events.value_amount is not null
)

select
    payments.customer_id,
    payments.paid_at,
    payments.amount,
    payments.is_purchase
from payments
inner join profiled
    on payments.customer_id = profiled.customer_id
