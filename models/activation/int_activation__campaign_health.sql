-- What is measured of each live or planned campaign: whom it reaches, the share of them that it
-- does not fit, and the features, states and events it names that the company does not have, which
-- nobody can ever meet. And of each draw, how far its arms are from their planned shares.
with reach as (
    select * from {{ ref('int_activation__campaign_reach') }}
),

mismatches as (
    select * from {{ ref('campaign_mismatches') }}
),

campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
    where is_live_or_planned
),

targets as (
    select * from {{ ref('int_campaigns__targets') }}
),

-- In lower case, as targets are.
features as (
    select distinct {{ lowered('feature') }} as feature from {{ ref('features') }}
),

states as (
    select {{ lowered('engagement_state') }} as engagement_state
    from {{ ref('engagement_state_rules') }}
),

vocabulary as (
    select {{ lowered('event_name') }} as event_name from {{ ref('event_vocabulary') }}
),

trials as (
    select * from {{ ref('int_campaigns__trials') }}
),

unknown_values as (
    select
        targets.source,
        targets.campaign_id,
        targets.target_value
    from targets
    left join features
        on targets.target_value = features.feature
    left join states
        on targets.target_value = states.engagement_state
    where
        (targets.attribute = 'required_feature' and features.feature is null)
        or (
            targets.attribute = 'engagement_state'
            and targets.target_value <> 'inactive'
            and states.engagement_state is null
        )
    union all
    select
        campaigns.source,
        campaigns.campaign_id,
        campaigns.goal_event as target_value
    from campaigns
    left join vocabulary
        on campaigns.goal_event = vocabulary.event_name
    where campaigns.goal_event is not null and vocabulary.event_name is null
),

reached as (
    select
        source,
        campaign_id,
        count(*) as customer_count
    from reach
    group by source, campaign_id
),

mismatched as (
    select
        source,
        campaign_id,
        count(distinct customer_id) as customer_count
    from mismatches
    group by source, campaign_id
)

select
    'campaign_mismatch_rate' as metric,
    reached.source,
    reached.campaign_id as subject,
    coalesce(mismatched.customer_count, 0) / cast(reached.customer_count as double) as metric_value,
    cast(null as {{ dbt.type_string() }}) as detail
from reached
left join mismatched
    on
        reached.source = mismatched.source
        and reached.campaign_id = mismatched.campaign_id
union all
select
    'campaign_unknown_value_count' as metric,
    campaigns.source,
    campaigns.campaign_id as subject,
    cast(count(*) as double) as metric_value,
    {{ sorted_json_array('unknown_values.target_value') }} as detail
from campaigns
inner join unknown_values
    on
        campaigns.source = unknown_values.source
        and campaigns.campaign_id = unknown_values.campaign_id
group by campaigns.source, campaigns.campaign_id
union all
select
    'campaign_reach_count' as metric,
    campaigns.source,
    campaigns.campaign_id as subject,
    cast(coalesce(reached.customer_count, 0) as double) as metric_value,
    null as detail
from campaigns
left join reached
    on
        campaigns.source = reached.source
        and campaigns.campaign_id = reached.campaign_id
union all
select
    'campaign_draw_chi_squared' as metric,
    source,
    campaign_id as subject,
    chi_squared as metric_value,
    null as detail
from trials
