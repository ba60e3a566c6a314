{{ config(enabled=source_is_on('shop')) }}

with source as (
    select * from {{ source('shop', 'products') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('sku') }} as product_id,
        {{ clean_text('title') }} as name,
        {{ clean_text('category') }} as category,
        {{ currency_code('currency') }} as currency,
        -- numbers
        {{ to_decimal('rating') }} as rating,
        {{ to_decimal('price') }} as price_amount,
        -- booleans
        {{ to_boolean('available') }} as is_available,
        -- timestamps
        {{ parse_timestamp('modified_at') }} as updated_at
    from source
)

select * from renamed
