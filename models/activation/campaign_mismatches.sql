-- Why a campaign does not fit a customer of its audience, one row a reason, and which share of its
-- reach it does not fit.
{%- set attributes = [
    'engagement_state', 'language', 'country', 'onboarding_intent', 'onboarding_use_case'
] %}

with campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
),

reach as (
    select * from {{ ref('int_activation__campaign_reach') }}
),

targets as (
    select * from {{ ref('int_campaigns__targets') }}
),

customers as (
    select * from {{ ref('customer_360') }}
),

features as (
    select
        feature,
        min(kind) as kind
    from {{ ref('features') }}
    group by feature
),

used_features as (
    select * from {{ ref('int_engagement__used_features') }}
),

traits as (
    {%- for attribute in attributes %}
    select
        customer_id,
        '{{ attribute }}' as attribute,
        {{ attribute }} as trait
    from customers
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

targeted as (
    select distinct
        source,
        campaign_id,
        attribute
    from targets
    where attribute <> 'required_feature'
),

not_targeted as (
    select
        reach.source,
        reach.campaign_id,
        reach.customer_id,
        targeted.attribute as reason,
        coalesce(traits.trait, 'unknown') as detail
    from reach
    inner join targeted
        on
            reach.source = targeted.source
            and reach.campaign_id = targeted.campaign_id
    inner join traits
        on
            reach.customer_id = traits.customer_id
            and targeted.attribute = traits.attribute
    left join targets
        on
            targeted.source = targets.source
            and targeted.campaign_id = targets.campaign_id
            and targeted.attribute = targets.attribute
            and {{ lowered('traits.trait') }} = targets.target_value
    where targets.target_value is null
),

-- A feature that the company does not have is one that nobody ever used.
lacking as (
    select
        reach.source,
        reach.campaign_id,
        reach.customer_id,
        case when features.kind = 'setup' then 'setup_missing' else 'feature_never_used' end
            as reason,
        targets.target_value as feature
    from reach
    inner join targets
        on
            reach.source = targets.source
            and reach.campaign_id = targets.campaign_id
            and targets.attribute = 'required_feature'
    left join features
        on targets.target_value = features.feature
    left join used_features
        on
            reach.customer_id = used_features.customer_id
            and targets.target_value = used_features.feature
    where used_features.feature is null
),

reasons as (
    select
        source,
        campaign_id,
        customer_id,
        reason,
        detail
    from not_targeted
    union all
    select
        source,
        campaign_id,
        customer_id,
        reason,
        {{ sorted_json_array('feature') }} as detail
    from lacking
    group by source, campaign_id, customer_id, reason
    union all
    select
        reach.source,
        reach.campaign_id,
        reach.customer_id,
        'few_active_days' as reason,
        cast(customers.active_days_7_days as {{ dbt.type_string() }}) as detail
    from reach
    inner join campaigns
        on
            reach.source = campaigns.source
            and reach.campaign_id = campaigns.campaign_id
    inner join customers
        on reach.customer_id = customers.customer_id
    where customers.active_days_7_days < campaigns.minimum_active_days
),

reached as (
    select
        source,
        campaign_id,
        count(*) as reach_count
    from reach
    group by source, campaign_id
),

mismatched as (
    select
        source,
        campaign_id,
        count(distinct customer_id) as customer_count
    from reasons
    group by source, campaign_id
)

select
    reasons.source,
    reasons.campaign_id,
    reasons.customer_id,
    reasons.reason,
    reasons.detail,
    reached.reach_count,
    {{ rounded('mismatched.customer_count / cast(reached.reach_count as double)', 6) }}
        as mismatch_rate
from reasons
inner join reached
    on
        reasons.source = reached.source
        and reasons.campaign_id = reached.campaign_id
inner join mismatched
    on
        reasons.source = mismatched.source
        and reasons.campaign_id = mismatched.campaign_id
