{{ config(materialized='table') }}

with event_sessions as (
    select * from {{ ref('int_activity__event_sessions') }}
),

events as (
    select * from {{ ref('int_activity__events') }}
)

select
    {{ sha256_hex(
        "event_sessions.source || '|' || event_sessions.first_event_id || '|' || "
        ~ "coalesce(event_sessions.customer_id, '')"
    ) }} as session_id,
    event_sessions.source,
    any_value(events.source_session_id) as source_session_id,
    event_sessions.customer_id,
    -- The surest of its events'.
    min_by(
        events.attributed_by,
        case events.attributed_by
            when 'identifier' then 1
            when 'session' then 2
            when 'sign_in_before' then 3
            else 4
        end
    ) as attributed_by,
    min(events.platform) as platform,
    min(events.occurred_at) as started_at,
    max(events.occurred_at) as ended_at,
    count(*) as event_count,
    count(*) filter (where events.event_name = 'product_viewed') as product_view_count,
    count(*) filter (where events.event_name = 'product_added') as cart_count,
    count(*) filter (where events.event_name = 'order_completed') as order_count
from event_sessions
inner join events
    on
        event_sessions.source = events.source
        and event_sessions.event_id = events.event_id
group by
    event_sessions.source,
    event_sessions.first_event_id,
    event_sessions.customer_id
