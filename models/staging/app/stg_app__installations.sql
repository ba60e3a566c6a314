{{ config(enabled=source_is_on('app')) }}

with source as (
    select * from {{ source('app', 'installations') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('device_id') }} as device_id,
        {{ clean_text('user_id') }} as user_id,
        {{ clean_text('installation_id') }} as anonymous_id,
        {{ clean_text('os_name') }} as os,
        {{ clean_text('push_token') }} as push_token,
        -- booleans
        {{ to_boolean('push_enabled') }} as is_push_enabled,
        -- timestamps
        {{ parse_timestamp('updated_at') }} as updated_at
    from source
)

select * from renamed
