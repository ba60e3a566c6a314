{{ config(enabled=source_is_on('preference_centre')) }}

with source as (
    select * from {{ source('preference_centre', 'consents') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('consent_id') }} as consent_id,
        {{ clean_text('user_id') }} as user_id,
        {{ clean_text('email') }} as email,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('loyalty_id') }} as loyalty_id,
        {{ clean_text('anonymous_id') }} as anonymous_id,
        coalesce({{ clean_text('namespace') }}, 'main') as namespace,
        {{ lowered(clean_text('purpose')) }} as purpose,
        {{ lowered(clean_text('status')) }} as status,
        -- timestamps
        {{ parse_timestamp('occurred_at') }} as occurred_at
    from source
)

select * from renamed
