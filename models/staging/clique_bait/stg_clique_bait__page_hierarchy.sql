{{ config(enabled=source_is_on('clique_bait')) }}

with source as (
    select * from {{ source('clique_bait', 'page_hierarchy') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('page_id') }} as page_id,
        {{ clean_text('page_name') }} as page_name,
        {{ clean_text('product_category') }} as category,
        {{ clean_text('product_id') }} as product_id
    from source
)

select * from renamed
