{{ config(materialized='table') }}

with tickets as (
    select * from {{ ref('int_activity__tickets') }}
    where customer_id is not null
)

select
    customer_id,
    count(*) filter (where closed_at is null or closed_at >= {{ as_of() }}) as open_ticket_count
from tickets
group by customer_id
