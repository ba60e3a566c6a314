{{ config(materialized='table') }}

-- The customer is joined last, where the roll-up is read: a merge then rewrites nothing here.
with events as (
    select * from {{ ref('int_activity__events') }}
)

select
    identifier_type,
    identifier_value,
    cast(occurred_at as date) as activity_date,
    event_name,
    count(*) as event_count,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from events
where identifier_value is not null
group by identifier_type, identifier_value, cast(occurred_at as date), event_name
