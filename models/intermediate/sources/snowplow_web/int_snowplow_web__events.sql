{{ config(enabled=source_is_on('snowplow_web')) }}

with events as (
    select * from {{ ref('stg_snowplow_web__events') }}
)

select
    event_id,
    coalesce(derived_at, collected_at) as occurred_at,
    collected_at as received_at,
    case
        when event_kind = 'page_view' then 'page_viewed'
        -- What the vocabulary has no word for passes under the tracker's name, and is counted.
        else coalesce(source_event_name, event_kind)
    end as event_name,
    user_id,
    domain_userid as anonymous_id,
    domain_sessionid as session_id,
    case when platform = 'web' then platform end as platform,
    utm_source,
    {{ lowered('utm_medium') }} as utm_medium,
    utm_campaign,
    country,
    city,
    device_os,
    page_path,
    collected_at as updated_at,
    delivered_file,
    delivered_line
from events
