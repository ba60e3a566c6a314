{{ config(materialized='table') }}

-- Why a campaign does not fit a customer of its reach, one row a reason.
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

-- Targets are in lower case; a company may write its features otherwise.
features as (
    select
        {{ lowered('feature') }} as feature,
        min(kind) as kind
    from {{ ref('features') }}
    group by {{ lowered('feature') }}
),

used_features as (
    select
        customer_id,
        {{ lowered('feature') }} as feature
    from {{ ref('int_engagement__used_features') }}
),

targeted as (
    select distinct
        source,
        campaign_id,
        attribute
    from targets
    where attribute <> 'required_feature'
),

traits as (
    select
        reach.source,
        reach.campaign_id,
        reach.customer_id,
        targeted.attribute,
        case targeted.attribute
            {%- for attribute in attributes %}
            when '{{ attribute }}' then customers.{{ attribute }}
            {%- endfor %}
        end as trait
    from reach
    inner join targeted
        on
            reach.source = targeted.source
            and reach.campaign_id = targeted.campaign_id
    inner join customers
        on reach.customer_id = customers.customer_id
),

not_targeted as (
    select
        traits.source,
        traits.campaign_id,
        traits.customer_id,
        traits.attribute as reason,
        coalesce(traits.trait, 'unknown') as detail
    from traits
    left join targets
        on
            traits.source = targets.source
            and traits.campaign_id = targets.campaign_id
            and traits.attribute = targets.attribute
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
)

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
