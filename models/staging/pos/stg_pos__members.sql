{{ config(enabled=source_is_on('pos')) }}

with source as (
    select * from {{ source('pos', 'members') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('member_id') }} as member_id,
        {{ clean_text('loyalty_number') }} as loyalty_id,
        {{ clean_text('email') }} as email,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        {{ clean_text('city') }} as city,
        {{ country_code('country') }} as country,
        -- timestamps
        {{ parse_timestamp('joined_at') }} as joined_at,
        {{ parse_timestamp('changed_at') }} as updated_at
    from source
)

select * from renamed
