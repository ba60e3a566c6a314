{{ config(enabled=source_is_on('web')) }}

with page_events as (
    select * from {{ ref('stg_web__page_events') }}
)

select
    page_events.event_id,
    page_events.occurred_at,
    page_events.received_at,
    page_events.event_name,
    page_events.user_id,
    page_events.anonymous_id,
    page_events.email,
    page_events.session_id,
    'web' as platform,
    page_events.utm_source,
    page_events.utm_medium,
    page_events.utm_campaign,
    page_events.country,
    page_events.city,
    page_events.device_os,
    page_events.page_path,
    page_events.product_id,
    page_events.category,
    page_events.value_amount,
    page_events.currency,
    page_events.properties,
    page_events.delivered_file,
    page_events.delivered_line
from page_events
