{{ config(enabled=source_is_on('email_platform')) }}

with source as (
    select * from {{ source('email_platform', 'campaigns') }}
    where {{ is_live_load() }}
),

renamed as (
    select
        -- text
        {{ clean_text('campaign_id') }} as campaign_id,
        {{ clean_text('name') }} as name,
        {{ clean_text('channel') }} as channel,
        {{ clean_text('message_type') }} as message_type,
        {{ clean_text('purpose') }} as purpose,
        {{ clean_text('audience') }} as audience,
        {{ clean_text('utm_campaign') }} as utm_campaign,
        {{ clean_text('goal_event') }} as goal_event,
        {{ clean_text('required_features') }} as required_features,
        {{ clean_text('target_states') }} as target_states,
        {{ clean_text('target_languages') }} as target_languages,
        {{ clean_text('target_countries') }} as target_countries,
        {{ clean_text('target_intents') }} as target_intents,
        {{ clean_text('target_use_cases') }} as target_use_cases,
        -- numbers
        {{ to_bigint('minimum_active_days') }} as minimum_active_days,
        {{ to_decimal('holdout_rate') }} as holdout_rate,
        {{ to_bigint('horizon_days') }} as horizon_days,
        -- booleans
        {{ to_boolean('is_randomised') }} as is_randomised,
        -- timestamps
        {{ parse_timestamp('started_at') }} as started_at,
        {{ parse_timestamp('ended_at') }} as ended_at,
        {{ parse_timestamp('updated_at') }} as updated_at
    from source
)

select * from renamed
