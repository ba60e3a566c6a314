{{ config(enabled=source_is_on('shop')) }}

with source as (
    select * from {{ source('shop', 'accounts') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('account_id') }} as account_id,
        {{ clean_text('user_id') }} as user_id,
        {{ clean_text('email') }} as email,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('loyalty_number') }} as loyalty_id,
        {{ clean_text('given_name') }} as first_name,
        {{ clean_text('family_name') }} as last_name,
        {{ clean_text('city') }} as city,
        {{ country_code('country_code') }} as country,
        -- booleans
        coalesce({{ clean_text('closed') }} = 'yes', false) as is_closed,
        -- timestamps
        {{ parse_timestamp('registered_at') }} as registered_at,
        {{ parse_timestamp('modified_at') }} as updated_at
    from source
)

select * from renamed
