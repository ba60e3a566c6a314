{{ config(enabled=source_is_on('sparkify')) }}

with source as (
    select * from {{ source('sparkify', 'events') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        _file as delivered_file,
        {{ clean_text('sessionid') }} as session_id,
        {{ clean_text('page') }} as page,
        {{ clean_text('auth') }} as sign_in_status,
        {{ clean_text('userid') }} as user_id,
        {{ clean_text('firstname') }} as first_name,
        {{ clean_text('lastname') }} as last_name,
        {{ clean_text('location') }} as location,
        {{ clean_text('level') }} as plan,
        {{ clean_text('useragent') }} as user_agent,
        -- numbers
        _line as delivered_line,
        {{ to_bigint('iteminsession') }} as sequence_number,
        -- timestamps
        {{ timestamp_of_milliseconds(to_bigint('ts')) }} as occurred_at,
        {{ timestamp_of_milliseconds(to_bigint('registration')) }} as registered_at
    from source
)

select * from renamed
