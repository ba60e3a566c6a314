{{ config(enabled=source_is_on('data_bank')) }}

with source as (
    select * from {{ source('data_bank', 'customer_transactions') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        _file as delivered_file,
        {{ clean_text('customer_id') }} as customer_number,
        {{ clean_text('txn_type') }} as transaction_type,
        -- numbers
        {{ to_decimal('txn_amount') }} as amount,
        _line as delivered_line,
        -- timestamps
        {{ parse_timestamp('txn_date') }} as occurred_at
    from source
)

select * from renamed
