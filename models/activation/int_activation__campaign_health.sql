-- What is measured of each live or planned campaign: the share of its reach that it does not fit, and
-- the features and states it names that the company does not have, which nobody can ever meet.
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

known_values as (
    select
        'required_feature' as attribute,
        feature as known_value
    from {{ ref('features') }}
    union
    select
        'engagement_state' as attribute,
        engagement_state as known_value
    from {{ ref('engagement_state_rules') }}
    union
    select
        'engagement_state' as attribute,
        'inactive' as known_value
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
    {{ sorted_json_array('targets.target_value') }} as detail
from campaigns
inner join targets
    on
        campaigns.source = targets.source
        and campaigns.campaign_id = targets.campaign_id
left join known_values
    on
        targets.attribute = known_values.attribute
        and targets.target_value = known_values.known_value
where
    targets.attribute in ('required_feature', 'engagement_state')
    and known_values.known_value is null
group by campaigns.source, campaigns.campaign_id
