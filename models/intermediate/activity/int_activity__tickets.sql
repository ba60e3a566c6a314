{{ config(materialized='table') }}

-- Support tickets with their customer; those of erased people are gone.
{%- set types = ['user_id', 'email'] %}

with tickets as (
    select * from {{ ref('int_unified__tickets') }}
),

clusters as (
    select * from {{ ref('int_identity__clusters') }}
),

erased_customers as (
    select * from {{ ref('int_identity__erased_customers') }}
),

attributed as (
    select
        tickets.source,
        tickets.ticket_id,
        tickets.opened_at,
        tickets.closed_at,
        tickets.topic,
        tickets.csat,
        {{ customer_of(types) }} as customer_id
    from tickets
    {{ customer_joins('tickets', types) }}
)

select attributed.*
from attributed
left join erased_customers
    on attributed.customer_id = erased_customers.customer_id
where erased_customers.customer_id is null
