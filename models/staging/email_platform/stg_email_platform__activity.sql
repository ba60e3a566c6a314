{{ config(enabled=source_is_on('email_platform')) }}

with source as (
    select * from {{ source('email_platform', 'activity') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('activity_id') }} as activity_id,
        {{ clean_text('message_id') }} as message_id,
        {{ clean_text('campaign_id') }} as campaign_id,
        {{ lowered(clean_text('channel')) }} as channel,
        {{ lowered(clean_text('type')) }} as activity_type,
        {{ clean_text('external_id') }} as user_id,
        {{ clean_text('email') }} as email,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('url') }} as link_url,
        {{ clean_text('link_category') }} as link_category,
        {{ lowered(clean_text('bounce_type')) }} as bounce_type,
        -- booleans
        {{ to_boolean('machine_open') }} as is_machine_open,
        -- timestamps
        {{ parse_timestamp('timestamp') }} as occurred_at
    from source
)

select * from renamed
