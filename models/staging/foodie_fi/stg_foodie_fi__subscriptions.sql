{{ config(enabled=source_is_on('foodie_fi')) }}

with source as (
    select * from {{ source('foodie_fi', 'subscriptions') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('customer_id') }} as customer_number,
        {{ clean_text('plan_id') }} as plan_number,
        -- timestamps
        {{ parse_timestamp('start_date') }} as started_at
    from source
)

select * from renamed
