{{ config(enabled=source_is_on('email_platform')) }}

with campaigns as (
    select * from {{ ref('stg_email_platform__campaigns') }}
)

select
    campaigns.campaign_id,
    campaigns.name,
    campaigns.channel,
    campaigns.message_type,
    campaigns.purpose,
    campaigns.audience,
    campaigns.utm_campaign,
    campaigns.started_at,
    campaigns.ended_at,
    campaigns.goal_event,
    campaigns.required_features,
    campaigns.target_states,
    campaigns.target_languages,
    campaigns.target_countries,
    campaigns.target_intents,
    campaigns.target_use_cases,
    campaigns.minimum_active_days,
    campaigns.is_randomised,
    campaigns.holdout_rate,
    campaigns.horizon_days,
    campaigns.updated_at
from campaigns
