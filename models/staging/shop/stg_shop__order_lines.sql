{{ config(enabled=source_is_on('shop')) }}

with source as (
    select * from {{ source('shop', 'order_lines') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('order_id') }} as order_id,
        {{ clean_text('sku') }} as product_id,
        {{ clean_text('category') }} as category,
        -- numbers
        {{ to_bigint('line_no') }} as line_number,
        {{ to_bigint('quantity') }} as quantity,
        {{ to_decimal('unit_price') }} as unit_price_amount,
        {{ to_decimal('net') }} as net_amount,
        -- timestamps
        {{ parse_timestamp('modified_at') }} as updated_at
    from source
)

select * from renamed
