{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__campaigns_versions') }}
),

ranked as (
    select
        versions.*,
        {{ version_rank(['source', 'campaign_id']) }} as version_rank
    from versions
)

select
    source,
    campaign_id,
    name,
    channel,
    message_type,
    purpose,
    audience,
    utm_campaign,
    started_at,
    ended_at,
    goal_event,
    required_features,
    target_states,
    target_languages,
    target_countries,
    target_intents,
    target_use_cases,
    minimum_active_days,
    is_randomised,
    holdout_rate,
    horizon_days,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
