{{ config(materialized='table') }}

-- What happened to messages, with its customer; that of erased people is gone.
{%- set types = ['user_id', 'email', 'phone'] %}

with messages as (
    select * from {{ ref('int_unified__messages') }}
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
        messages.source,
        messages.message_event_id,
        messages.message_id,
        messages.campaign_id,
        messages.channel,
        messages.action,
        messages.occurred_at,
        coalesce(messages.is_machine_open, false) as is_machine_open,
        {{ customer_of(types) }} as customer_id
    from messages
    {{ customer_joins('messages', types) }}
)

select attributed.*
from attributed
left join erased_customers
    on attributed.customer_id = erased_customers.customer_id
where erased_customers.customer_id is null
