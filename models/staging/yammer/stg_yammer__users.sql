{{ config(enabled=source_is_on('yammer')) }}

with source as (
    select * from {{ source('yammer', 'users') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('user_id') }} as user_id,
        {{ clean_text('company_id') }} as company_id,
        {{ clean_text('language') }} as language_name,
        {{ clean_text('state') }} as status,
        -- timestamps
        {{ parse_timestamp('created_at') }} as created_at,
        {{ parse_timestamp('activated_at') }} as activated_at
    from source
)

select * from renamed
