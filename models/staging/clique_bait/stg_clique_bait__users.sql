{{ config(enabled=source_is_on('clique_bait')) }}

with source as (
    select * from {{ source('clique_bait', 'users') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('user_id') }} as user_id,
        {{ clean_text('cookie_id') }} as cookie_id,
        -- timestamps
        {{ parse_timestamp('start_date') }} as started_at
    from source
)

select * from renamed
