{{ config(enabled=source_is_on('shop')) }}

with source as (
    select * from {{ source('shop', 'price_changes') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('sku') }} as product_id,
        {{ currency_code('currency') }} as currency,
        -- numbers
        {{ to_decimal('price') }} as price_amount,
        -- booleans
        {{ to_boolean('available') }} as is_available,
        -- timestamps
        {{ parse_timestamp('changed_at') }} as changed_at
    from source
)

select * from renamed
