{{ config(materialized='table') }}

-- Who moved from a state to which, of a campaign's people and of those it is held against: in a
-- randomised one its holdout, else all others of the same state in the same week.
with trial_moves as (
    select * from {{ ref('int_campaigns__trial_moves') }}
),

weekly_moves as (
    select * from {{ ref('int_campaigns__weekly_moves') }}
),

sent_weeks as (
    select * from {{ ref('int_campaigns__sent_weeks') }}
),

campaign_weeks as (
    select distinct
        source,
        campaign_id,
        horizon_days,
        measured_at
    from sent_weeks
),

-- In each of the campaign's weeks: everybody, less whoever it is ever sent to.
everybody as (
    select
        measured_at,
        horizon_days,
        from_state,
        to_state,
        count(*) as customer_count
    from weekly_moves
    group by measured_at, horizon_days, from_state, to_state
),

recipient_moves as (
    select
        campaign_weeks.source,
        campaign_weeks.campaign_id,
        weekly_moves.measured_at,
        weekly_moves.from_state,
        weekly_moves.to_state,
        count(*) filter (where sent_weeks.measured_at = campaign_weeks.measured_at)
            as exposed_count,
        count(*) as recipient_count
    from campaign_weeks
    inner join sent_weeks
        on
            campaign_weeks.source = sent_weeks.source
            and campaign_weeks.campaign_id = sent_weeks.campaign_id
    inner join weekly_moves
        on
            campaign_weeks.measured_at = weekly_moves.measured_at
            and campaign_weeks.horizon_days = weekly_moves.horizon_days
            and sent_weeks.customer_id = weekly_moves.customer_id
    group by
        campaign_weeks.source,
        campaign_weeks.campaign_id,
        weekly_moves.measured_at,
        weekly_moves.from_state,
        weekly_moves.to_state
),

moves as (
    select
        source,
        campaign_id,
        'randomised' as design,
        cast(null as timestamp) as measured_at,
        from_state,
        to_state,
        count(*) filter (where is_exposed) as exposed_count,
        count(*) filter (where not is_exposed) as unexposed_count
    from trial_moves
    group by source, campaign_id, from_state, to_state
    union all
    select
        campaign_weeks.source,
        campaign_weeks.campaign_id,
        'observational' as design,
        everybody.measured_at,
        everybody.from_state,
        everybody.to_state,
        recipient_moves.exposed_count,
        everybody.customer_count - coalesce(recipient_moves.recipient_count, 0) as unexposed_count
    from campaign_weeks
    inner join everybody
        on
            campaign_weeks.measured_at = everybody.measured_at
            and campaign_weeks.horizon_days = everybody.horizon_days
    left join recipient_moves
        on
            campaign_weeks.source = recipient_moves.source
            and campaign_weeks.campaign_id = recipient_moves.campaign_id
            and everybody.measured_at = recipient_moves.measured_at
            and everybody.from_state = recipient_moves.from_state
            and everybody.to_state = recipient_moves.to_state
),

totals as (
    select
        source,
        campaign_id,
        design,
        measured_at,
        from_state,
        sum(exposed_count) as exposed_count,
        sum(unexposed_count) as unexposed_count
    from moves
    group by source, campaign_id, design, measured_at, from_state
),

destinations as (
    select distinct
        source,
        campaign_id,
        from_state,
        to_state
    from moves
)

select
    totals.source,
    totals.campaign_id,
    totals.design,
    totals.measured_at,
    totals.from_state,
    destinations.to_state,
    cast(totals.exposed_count as bigint) as exposed_count,
    coalesce(moves.exposed_count, 0) as exposed_moved_count,
    cast(totals.unexposed_count as bigint) as unexposed_count,
    coalesce(moves.unexposed_count, 0) as unexposed_moved_count
from totals
inner join destinations
    on
        totals.source = destinations.source
        and totals.campaign_id = destinations.campaign_id
        and totals.from_state = destinations.from_state
left join moves
    on
        totals.source = moves.source
        and totals.campaign_id = moves.campaign_id
        and (totals.measured_at = moves.measured_at or totals.measured_at is null)
        and totals.from_state = moves.from_state
        and destinations.to_state = moves.to_state
where totals.exposed_count > 0
