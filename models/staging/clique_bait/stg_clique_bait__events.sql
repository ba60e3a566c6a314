{{ config(enabled=source_is_on('clique_bait')) }}

with source as (
    select * from {{ source('clique_bait', 'events') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        _file as delivered_file,
        {{ clean_text('visit_id') }} as visit_id,
        {{ clean_text('cookie_id') }} as cookie_id,
        {{ clean_text('page_id') }} as page_id,
        {{ clean_text('event_type') }} as event_type,
        -- numbers
        _line as delivered_line,
        {{ to_bigint('sequence_number') }} as sequence_number,
        -- timestamps
        {{ parse_timestamp('event_time') }} as occurred_at
    from source
)

select * from renamed
