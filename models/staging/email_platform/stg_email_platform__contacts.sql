{{ config(enabled=source_is_on('email_platform')) }}

with source as (
    select * from {{ source('email_platform', 'contacts') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('contact_id') }} as contact_id,
        {{ clean_text('external_id') }} as user_id,
        {{ clean_text('email') }} as email,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        {{ clean_text('language') }} as language,
        -- timestamps
        {{ parse_timestamp('created_at') }} as created_at,
        {{ parse_timestamp('updated_at') }} as updated_at
    from source
)

select * from renamed
