{{ config(materialized='table') }}

-- How many people a campaign of several weeks is held against in a state: who is compared in each
-- week is still one.
with strata as (
    select * from {{ ref('int_campaigns__strata') }}
    where unexposed_count > 0
),

sent_weeks as (
    select * from {{ ref('int_campaigns__sent_weeks') }}
),

weekly_moves as (
    select * from {{ ref('int_campaigns__weekly_moves') }}
),

campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
),

weeks as (
    select
        source,
        campaign_id,
        from_state,
        measured_at,
        count(*) over (partition by source, campaign_id, from_state) as week_count
    from strata
    group by source, campaign_id, from_state, measured_at
)

select
    weeks.source,
    weeks.campaign_id,
    weeks.from_state,
    count(distinct weekly_moves.customer_id) as customer_count
from weeks
inner join campaigns
    on
        weeks.source = campaigns.source
        and weeks.campaign_id = campaigns.campaign_id
inner join weekly_moves
    on
        weeks.measured_at = weekly_moves.measured_at
        and campaigns.horizon_days = weekly_moves.horizon_days
        and weeks.from_state = weekly_moves.from_state
left join sent_weeks
    on
        weeks.source = sent_weeks.source
        and weeks.campaign_id = sent_weeks.campaign_id
        and weekly_moves.customer_id = sent_weeks.customer_id
where weeks.week_count > 1 and sent_weeks.customer_id is null
group by weeks.source, weeks.campaign_id, weeks.from_state
