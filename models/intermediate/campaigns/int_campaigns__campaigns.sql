-- Campaigns with what they leave open filled in. One is live or planned until it has ended.
with campaigns as (
    select * from {{ ref('int_unified__campaigns') }}
)

select
    source,
    campaign_id,
    name,
    channel,
    {{ lowered(trimmed('audience')) }} as audience,
    {{ lowered(trimmed('utm_campaign')) }} as utm_campaign,
    started_at,
    ended_at,
    {{ lowered(trimmed('goal_event')) }} as goal_event,
    required_features,
    target_states,
    target_languages,
    target_countries,
    target_intents,
    target_use_cases,
    coalesce(minimum_active_days, 0) as minimum_active_days,
    coalesce(is_randomised, false) as is_randomised,
    holdout_rate,
    coalesce(horizon_days, {{ setting('campaign_horizon_days') }}) as horizon_days,
    ended_at is null or ended_at > {{ as_of() }} as is_live_or_planned
from campaigns
