{{ config(enabled=source_is_on('clique_bait')) }}

with source as (
    select * from {{ source('clique_bait', 'campaign_identifier') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('campaign_id') }} as campaign_id,
        {{ clean_text('products') }} as product_range,
        {{ clean_text('campaign_name') }} as name,
        -- timestamps
        {{ parse_timestamp('start_date') }} as started_at,
        {{ parse_timestamp('end_date') }} as ended_at
    from source
)

select * from renamed
