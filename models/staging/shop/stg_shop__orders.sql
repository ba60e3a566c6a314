{{ config(enabled=source_is_on('shop')) }}

with source as (
    select * from {{ source('shop', 'orders') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('order_id') }} as order_id,
        {{ lowered(clean_text('state')) }} as status,
        {{ lowered(clean_text('sales_channel')) }} as channel,
        {{ clean_text('user_id') }} as user_id,
        {{ clean_text('email') }} as email,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('loyalty_number') }} as loyalty_id,
        {{ clean_text('visitor_id') }} as anonymous_id,
        {{ currency_code('currency') }} as currency,
        -- numbers
        {{ to_decimal('gross') }} as gross_amount,
        {{ to_decimal('discount') }} as discount_amount,
        {{ to_decimal('net') }} as net_amount,
        -- timestamps
        {{ parse_timestamp('placed_at') }} as ordered_at,
        {{ parse_timestamp('modified_at') }} as updated_at
    from source
)

select * from renamed
