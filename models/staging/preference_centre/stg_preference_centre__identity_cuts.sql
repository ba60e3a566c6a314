{{ config(enabled=source_is_on('preference_centre')) }}

with source as (
    select * from {{ source('preference_centre', 'identity_cuts') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('cut_id') }} as cut_id,
        {{ lowered(clean_text('left_type')) }} as left_type,
        {{ clean_text('left_value') }} as left_value,
        {{ lowered(clean_text('right_type')) }} as right_type,
        {{ clean_text('right_value') }} as right_value,
        {{ lowered(clean_text('status')) }} as status,
        coalesce({{ clean_text('namespace') }}, 'main') as namespace,
        -- timestamps
        {{ parse_timestamp('requested_at') }} as requested_at
    from source
)

select * from renamed
