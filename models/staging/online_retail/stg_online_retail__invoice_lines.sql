{{ config(enabled=source_is_on('online_retail')) }}

with source as (
    select * from {{ source('online_retail', 'invoice_lines') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('InvoiceNo') }} as invoice_number,
        {{ clean_text('StockCode') }} as stock_code,
        {{ clean_text('Description') }} as description,
        {{ remove_all(clean_text('CustomerID'), '\\.0$') }} as user_id,
        {{ clean_text('Country') }} as country_name,
        -- numbers
        {{ to_bigint('Quantity') }} as quantity,
        {{ to_decimal('UnitPrice') }} as unit_price_amount,
        -- timestamps
        {{ parse_timestamp('InvoiceDate') }} as invoiced_at
    from source
)

select * from renamed
