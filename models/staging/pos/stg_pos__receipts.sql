{{ config(enabled=source_is_on('pos')) }}

with source as (
    select * from {{ source('pos', 'receipts') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('receipt_id') }} as receipt_id,
        upper({{ clean_text('kind') }}) as receipt_kind,
        {{ clean_text('loyalty_number') }} as loyalty_id,
        {{ clean_text('email') }} as email,
        {{ currency_code('currency') }} as currency,
        -- numbers
        {{ to_decimal('gross') }} as gross_amount,
        {{ to_decimal('discount') }} as discount_amount,
        {{ to_decimal('net') }} as net_amount,
        -- timestamps
        {{ parse_timestamp('printed_at') }} as printed_at
    from source
)

select * from renamed
