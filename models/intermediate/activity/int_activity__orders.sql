{{ config(materialized='table') }}

-- Orders with their customer, in the reporting currency; those of erased people are gone.
with orders as (
    select * from {{ ref('int_unified__orders') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
),

phone_numbers as (
    select * from {{ ref('int_identity__phone_numbers') }}
),

clusters as (
    select * from {{ ref('int_identity__clusters') }}
),

erased_customers as (
    select * from {{ ref('int_identity__erased_customers') }}
),

attributed as (
    select
        orders.source,
        orders.order_id,
        orders.ordered_at,
        orders.status,
        orders.currency,
        orders.net_amount,
        -- An adjustment corrects the books of a source: it belongs to nobody.
        case when orders.status <> 'adjustment' then {{ customer_of(identifying_types()) }} end
            as customer_id
    from orders
    {{ customer_joins('orders', identifying_types()) }}
)

select
    attributed.source,
    attributed.order_id,
    attributed.ordered_at,
    attributed.status,
    attributed.customer_id,
    attributed.currency,
    {{ in_reporting_currency('attributed.net_amount', 'attributed') }}
        as net_amount
from attributed
{{ exchange_rate_join('attributed', 'attributed.ordered_at') }}
left join erased_customers
    on attributed.customer_id = erased_customers.customer_id
where erased_customers.customer_id is null
