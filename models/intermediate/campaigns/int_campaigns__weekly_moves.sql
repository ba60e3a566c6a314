{{ config(materialized='table') }}

-- The state of every customer on the Monday before a campaign's messages that nobody drew arms for,
-- and its horizon after that week's end. Only weeks whose horizon has ended.
with weeks as (
    select distinct
        measured_at,
        horizon_days
    from {{ ref('int_campaigns__sent_weeks') }}
),

matured as (
    select
        measured_at,
        horizon_days,
        {{ days_after('measured_at', '7 + horizon_days') }} as ends_at
    from weeks
    where {{ days_after('measured_at', '7 + horizon_days') }} <= {{ as_of() }}
),

weekly_states as (
    select * from {{ ref('int_engagement__weekly_states') }}
),

state_intervals as (
    select * from {{ ref('int_engagement__state_intervals') }}
)

select
    matured.measured_at,
    matured.horizon_days,
    weekly_states.customer_id,
    weekly_states.engagement_state as from_state,
    state_intervals.engagement_state as to_state
from matured
inner join weekly_states
    on matured.measured_at = weekly_states.measured_at
inner join state_intervals
    on
        weekly_states.customer_id = state_intervals.customer_id
        and matured.ends_at >= state_intervals.valid_from
        and matured.ends_at < coalesce(
            state_intervals.valid_to, cast('9999-12-31' as timestamp)
        )
