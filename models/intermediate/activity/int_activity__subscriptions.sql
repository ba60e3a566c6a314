{{ config(materialized='table') }}

-- Phases of subscriptions with their customer, in the reporting currency; those of erased people
-- are gone.
{%- set types = ['user_id', 'email'] %}

with subscriptions as (
    select * from {{ ref('int_unified__subscriptions') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
    where to_currency = '{{ setting('reporting_currency') }}'
),

clusters as (
    select * from {{ ref('int_identity__clusters') }}
),

erased_customers as (
    select * from {{ ref('int_identity__erased_customers') }}
),

attributed as (
    select
        subscriptions.source,
        subscriptions.subscription_id,
        subscriptions.started_at,
        subscriptions.ended_at,
        subscriptions.plan,
        subscriptions.status,
        subscriptions.amount,
        subscriptions.currency,
        subscriptions.billing_interval,
        {{ customer_of(types) }} as customer_id
    from subscriptions
    {{ customer_joins('subscriptions', types) }}
)

select
    attributed.source,
    attributed.subscription_id,
    attributed.customer_id,
    attributed.started_at,
    attributed.ended_at,
    attributed.plan,
    attributed.status,
    {{ in_reporting_currency(
        'attributed.amount', 'attributed.currency', 'exchange_rates.rate', 'attributed.started_at'
    ) }} as amount,
    attributed.currency,
    attributed.billing_interval
from attributed
left join exchange_rates
    on
        attributed.currency = exchange_rates.from_currency
        and cast(attributed.started_at as date) = exchange_rates.rate_date
left join erased_customers
    on attributed.customer_id = erased_customers.customer_id
where erased_customers.customer_id is null
