{{ config(enabled=source_is_on('yammer')) }}

with source as (
    select * from {{ source('yammer', 'emails') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('user_id') }} as user_id,
        {{ clean_text('action') }} as action,
        {{ clean_text('user_type') }} as user_group,
        -- timestamps
        {{ parse_timestamp('occurred_at') }} as occurred_at
    from source
)

select * from renamed
