{{ config(enabled=source_is_on('data_bank')) }}

with source as (
    select * from {{ source('data_bank', 'customer_nodes') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('customer_id') }} as customer_number,
        -- timestamps
        {{ parse_timestamp('start_date') }} as started_at
    from source
)

select * from renamed
