{{ config(enabled=source_is_on('helpdesk')) }}

with tickets as (
    select * from {{ ref('stg_helpdesk__tickets') }}
)

select
    tickets.ticket_id,
    tickets.opened_at,
    tickets.closed_at,
    tickets.user_id,
    tickets.email,
    tickets.channel,
    tickets.topic,
    tickets.csat,
    tickets.updated_at
from tickets
