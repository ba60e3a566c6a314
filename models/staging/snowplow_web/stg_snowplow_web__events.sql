{{ config(enabled=source_is_on('snowplow_web')) }}

with source as (
    select * from {{ source('snowplow_web', 'events') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        _file as delivered_file,
        {{ clean_text('event_id') }} as event_id,
        {{ clean_text('event') }} as event_kind,
        {{ clean_text('event_name') }} as source_event_name,
        {{ clean_text('user_id') }} as user_id,
        {{ clean_text('domain_userid') }} as domain_userid,
        {{ clean_text('domain_sessionid') }} as domain_sessionid,
        {{ clean_text('platform') }} as platform,
        {{ clean_text('page_urlpath') }} as page_path,
        {{ clean_text('mkt_source') }} as utm_source,
        {{ clean_text('mkt_medium') }} as utm_medium,
        {{ clean_text('mkt_campaign') }} as utm_campaign,
        {{ country_code('geo_country') }} as country,
        {{ clean_text('geo_city') }} as city,
        {{ clean_text('os_name') }} as device_os,
        -- numbers
        _line as delivered_line,
        -- timestamps
        {{ parse_timestamp('collector_tstamp') }} as collected_at,
        {{ parse_timestamp('derived_tstamp') }} as derived_at
    from source
)

select * from renamed
