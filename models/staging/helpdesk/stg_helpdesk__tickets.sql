{{ config(enabled=source_is_on('helpdesk')) }}

with source as (
    select * from {{ source('helpdesk', 'tickets') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('ticket_id') }} as ticket_id,
        {{ clean_text('user_id') }} as user_id,
        {{ clean_text('email') }} as email,
        {{ clean_text('channel') }} as channel,
        {{ clean_text('topic') }} as topic,
        {{ clean_text('subject') }} as subject,
        -- numbers
        {{ to_bigint('csat') }} as csat,
        -- timestamps
        {{ parse_timestamp('opened_at') }} as opened_at,
        {{ parse_timestamp('closed_at') }} as closed_at,
        {{ parse_timestamp('updated_at') }} as updated_at
    from source
)

select * from renamed
