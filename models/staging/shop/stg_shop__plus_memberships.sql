{{ config(enabled=source_is_on('shop')) }}

with source as (
    select * from {{ source('shop', 'plus_memberships') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('membership_id') }} as subscription_id,
        {{ clean_text('user_id') }} as user_id,
        {{ clean_text('email') }} as email,
        {{ clean_text('plan') }} as plan,
        {{ lowered(clean_text('state')) }} as status,
        {{ currency_code('currency') }} as currency,
        {{ lowered(clean_text('billing_interval')) }} as billing_interval,
        -- numbers
        {{ to_decimal('price') }} as amount,
        -- timestamps
        {{ parse_timestamp('started_at') }} as started_at,
        {{ parse_timestamp('ended_at') }} as ended_at,
        {{ parse_timestamp('modified_at') }} as updated_at
    from source
)

select * from renamed
