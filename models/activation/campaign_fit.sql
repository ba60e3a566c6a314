-- What fits a customer next: the feature on the way to the next state, and a live or planned
-- campaign that leads to it, with the customer in its reach and no reason against. No campaign
-- where none is.
with next_features as (
    select * from {{ ref('int_engagement__next_features') }}
),

states as (
    select * from {{ ref('engagement_states') }}
),

rules as (
    select * from {{ ref('engagement_state_rules') }}
),

features as (
    select * from {{ ref('features') }}
),

campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
),

reach as (
    select * from {{ ref('int_activation__campaign_reach') }}
),

mismatches as (
    select * from {{ ref('campaign_mismatches') }}
),

next_rules as (
    select
        states.customer_id,
        states.engagement_state,
        states.feature_count,
        min_by(rules.engagement_state, rules.minimum_features) as next_state,
        min(rules.minimum_features) as minimum_features
    from states
    left join rules
        on states.feature_count < rules.minimum_features
    group by states.customer_id, states.engagement_state, states.feature_count
),

goals as (
    select distinct
        campaigns.source,
        campaigns.campaign_id,
        campaigns.started_at,
        features.feature
    from campaigns
    inner join features
        on campaigns.goal_event = {{ lowered('features.event_name') }}
),

fitting as (
    select
        next_features.customer_id,
        goals.source,
        goals.campaign_id,
        row_number() over (
            partition by next_features.customer_id
            order by goals.started_at desc nulls last, goals.source asc, goals.campaign_id asc
        ) as campaign_rank
    from next_features
    inner join goals
        on next_features.next_feature = goals.feature
    inner join reach
        on
            goals.source = reach.source
            and goals.campaign_id = reach.campaign_id
            and next_features.customer_id = reach.customer_id
    left join mismatches
        on
            reach.source = mismatches.source
            and reach.campaign_id = mismatches.campaign_id
            and reach.customer_id = mismatches.customer_id
    where mismatches.customer_id is null
)

select
    next_features.customer_id,
    next_rules.engagement_state,
    next_rules.next_state,
    next_rules.minimum_features - next_rules.feature_count as missing_feature_count,
    next_features.latest_feature,
    next_features.next_feature,
    next_features.peer_count,
    fitting.source as campaign_source,
    fitting.campaign_id
from next_features
inner join next_rules
    on next_features.customer_id = next_rules.customer_id
left join fitting
    on
        next_features.customer_id = fitting.customer_id
        and fitting.campaign_rank = 1
