{{ config(enabled=source_is_on('app')) }}

with app_events as (
    select * from {{ ref('stg_app__app_events') }}
)

select
    app_events.event_id,
    app_events.occurred_at,
    app_events.received_at,
    app_events.event_name,
    app_events.user_id,
    app_events.anonymous_id,
    app_events.device_os as platform,
    app_events.utm_source,
    app_events.utm_medium,
    app_events.utm_campaign,
    app_events.country,
    app_events.device_os,
    app_events.product_id,
    app_events.category,
    app_events.value_amount,
    app_events.currency,
    app_events.delivered_file,
    app_events.delivered_line
from app_events
