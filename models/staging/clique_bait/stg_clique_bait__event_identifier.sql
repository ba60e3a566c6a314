{{ config(enabled=source_is_on('clique_bait')) }}

with source as (
    select * from {{ source('clique_bait', 'event_identifier') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('event_type') }} as event_type,
        {{ clean_text('event_name') }} as source_event_name
    from source
)

select * from renamed
