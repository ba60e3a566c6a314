-- Why a campaign does not fit a customer of its audience, one row a reason, and which share of its
-- reach it does not fit.
with reach as (
    select * from {{ ref('int_activation__campaign_reach') }}
),

reasons as (
    select * from {{ ref('int_activation__campaign_reasons') }}
),

mismatched as (
    select distinct
        source,
        campaign_id,
        customer_id
    from reasons
),

shares as (
    select
        reach.source,
        reach.campaign_id,
        count(*) as reach_count,
        count(mismatched.customer_id) as mismatched_count
    from reach
    left join mismatched
        on
            reach.source = mismatched.source
            and reach.campaign_id = mismatched.campaign_id
            and reach.customer_id = mismatched.customer_id
    group by reach.source, reach.campaign_id
)

select
    reasons.source,
    reasons.campaign_id,
    reasons.customer_id,
    reasons.reason,
    reasons.detail,
    shares.reach_count,
    {{ rounded('shares.mismatched_count / cast(shares.reach_count as double)', 6) }}
        as mismatch_rate
from reasons
inner join shares
    on
        reasons.source = shares.source
        and reasons.campaign_id = shares.campaign_id
