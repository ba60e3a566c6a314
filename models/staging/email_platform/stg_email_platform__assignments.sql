{{ config(enabled=source_is_on('email_platform')) }}

with source as (
    select * from {{ source('email_platform', 'assignments') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('campaign_id') }} as campaign_id,
        {{ clean_text('external_id') }} as user_id,
        {{ clean_text('email') }} as email,
        {{ clean_text('variant') }} as variant,
        -- timestamps
        {{ parse_timestamp('assigned_at') }} as assigned_at
    from source
)

select * from renamed
