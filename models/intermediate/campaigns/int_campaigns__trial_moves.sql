{{ config(materialized='table') }}

-- The state of each customer of a randomised campaign at the draw, and at the end of the horizon.
-- Whose horizon has not ended is not there yet. They count by the arm that was drawn, whether or
-- not a message reached them: else those who can be reached would be compared with all.
with campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
    where is_randomised
),

assignments as (
    select * from {{ ref('int_campaigns__assignments') }}
    where variant is not null
),

-- The last interval has no end. A bound that may be null would make engines try all pairs.
state_intervals as (
    select
        customer_id,
        engagement_state,
        valid_from,
        coalesce(valid_to, cast('9999-12-31' as timestamp)) as valid_to
    from {{ ref('int_engagement__state_intervals') }}
),

matured as (
    select
        assignments.source,
        assignments.campaign_id,
        assignments.customer_id,
        assignments.variant <> 'holdout' as is_exposed,
        assignments.assigned_at,
        {{ days_after('assignments.assigned_at', 'campaigns.horizon_days') }} as ends_at
    from assignments
    inner join campaigns
        on
            assignments.source = campaigns.source
            and assignments.campaign_id = campaigns.campaign_id
    where
        {{ days_after('assignments.assigned_at', 'campaigns.horizon_days') }} <= {{ as_of() }}
)

select
    matured.source,
    matured.campaign_id,
    matured.customer_id,
    matured.is_exposed,
    coalesce(states_before.engagement_state, 'new') as from_state,
    coalesce(states_after.engagement_state, 'new') as to_state
from matured
left join state_intervals as states_before
    on
        matured.customer_id = states_before.customer_id
        and matured.assigned_at >= states_before.valid_from
        and matured.assigned_at < states_before.valid_to
left join state_intervals as states_after
    on
        matured.customer_id = states_after.customer_id
        and matured.ends_at >= states_after.valid_from
        and matured.ends_at < states_after.valid_to
