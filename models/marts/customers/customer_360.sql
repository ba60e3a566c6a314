{%- set parts = [
    'profile', 'first_touch', 'customer_value', 'subscriptions', 'activity', 'watched_products',
    'carts', 'active_hours', 'support', 'consents', 'risks', 'engagement', 'next_features',
    'traits', 'rfm',
] -%}

with known as (
    select * from {{ ref('int_customers__known') }}
),

profile as (
    select * from {{ ref('int_customers__profile') }}
),

first_touch as (
    select * from {{ ref('int_customers__first_touch') }}
),

customer_value as (
    select * from {{ ref('int_customers__value') }}
),

activity as (
    select * from {{ ref('int_customers__activity') }}
),

watched_products as (
    select * from {{ ref('int_customers__watched_products') }}
),

carts as (
    select * from {{ ref('int_customers__carts') }}
),

active_hours as (
    select * from {{ ref('int_customers__active_hours') }}
),

support as (
    select * from {{ ref('int_customers__support') }}
),

subscriptions as (
    select * from {{ ref('int_customers__subscriptions') }}
),

consents as (
    select * from {{ ref('int_customers__consents') }}
),

risks as (
    select
        customer_id,
        {{ sorted_json_array('indicator') }} as risk_indicators
    from {{ ref('risk_markers') }}
    where is_in_force
    group by customer_id
),

engagement as (
    select * from {{ ref('engagement_states') }}
),

state_rules as (
    select
        engagement_state,
        lead(minimum_features) over (order by rank) as next_minimum_features
    from {{ ref('engagement_state_rules') }}
),

next_features as (
    select * from {{ ref('int_engagement__next_features') }}
),

traits as (
    select * from {{ ref('int_traits__customers') }}
),

rfm as (
    select * from {{ ref('rfm_scores') }}
)

select
    -- who
    known.customer_id,
    known.user_id,
    coalesce(profile.email, known.email) as email,
    coalesce(profile.phone, known.phone) as phone,
    coalesce(profile.loyalty_id, known.loyalty_id) as loyalty_id,
    profile.first_name,
    profile.last_name,
    profile.city,
    profile.country,
    profile.timezone,
    profile.language,
    profile.device_os,
    coalesce(profile.acquisition_channel, first_touch.acquisition_channel) as acquisition_channel,
    profile.onboarding_intent,
    profile.onboarding_use_case,
    known.first_seen_at,
    coalesce(profile.profile_count, 0) as profile_count,
    -- value
    coalesce(customer_value.order_count, 0) as order_count,
    coalesce(customer_value.purchase_count, 0) as purchase_count,
    coalesce(customer_value.net_revenue_amount, 0) as net_revenue_amount,
    customer_value.average_order_amount,
    customer_value.first_purchase_at,
    customer_value.last_purchase_at,
    rfm.recency_score,
    rfm.frequency_score,
    rfm.monetary_score,
    rfm.rfm_segment,
    -- subscription
    subscriptions.subscription_status,
    subscriptions.subscription_plan,
    subscriptions.subscription_since,
    subscriptions.plan_since,
    subscriptions.trial_ends_at,
    coalesce(subscriptions.had_trial, false) as had_trial,
    coalesce(subscriptions.is_trial_converted, false) as is_trial_converted,
    coalesce(subscriptions.subscription_change_count, 0) as subscription_change_count,
    coalesce(subscriptions.subscription_upgrade_count, 0) as subscription_upgrade_count,
    coalesce(subscriptions.subscription_downgrade_count, 0) as subscription_downgrade_count,
    coalesce(subscriptions.monthly_value_amount, 0) as monthly_value_amount,
    subscriptions.churned_at,
    subscriptions.churn_reason,
    -- behaviour
    coalesce(activity.event_count, 0) as event_count,
    coalesce(activity.session_count, 0) as session_count,
    coalesce(activity.active_days_7_days, 0) as active_days_7_days,
    coalesce(activity.session_count_7_days, 0) as session_count_7_days,
    coalesce(activity.active_days_28_days, 0) as active_days_28_days,
    coalesce(activity.session_count_28_days, 0) as session_count_28_days,
    coalesce(activity.active_days_90_days, 0) as active_days_90_days,
    coalesce(activity.session_count_90_days, 0) as session_count_90_days,
    activity.first_event_at,
    activity.last_event_at,
    -- greatest passes over nulls, on Spark as well.
    greatest(activity.last_event_at, customer_value.last_purchase_at) as last_active_at,
    watched_products.price_dropped_at,
    watched_products.back_in_stock_at,
    coalesce(carts.abandoned_products, '[]') as abandoned_products,
    active_hours.preferred_hour,
    -- engagement
    engagement.engagement_state,
    engagement.feature_count,
    engagement.previous_feature_count,
    state_rules.next_minimum_features - engagement.feature_count as features_to_next_state_count,
    next_features.next_feature,
    engagement.features,
    engagement.setup_features,
    engagement.flags as engagement_flags,
    engagement.lifecycle,
    engagement.previous_state as previous_engagement_state,
    engagement.state_days_count as engagement_state_days_count,
    engagement.is_rising,
    engagement.is_slipping,
    engagement.engagement_score,
    -- support
    coalesce(support.open_ticket_count, 0) as open_ticket_count,
    -- risk
    coalesce(risks.risk_indicators, '[]') as risk_indicators,
    risks.customer_id is not null as is_risk_marked,
    -- traits: each column that _customer_360__models.yml declares as one
    {%- for trait in traits() %}
    traits.{{ trait.name }},
    {%- endfor %}
    -- consent: never granted is denied
    coalesce(consents.has_marketing_email_consent, false) as has_marketing_email_consent,
    coalesce(consents.has_marketing_sms_consent, false) as has_marketing_sms_consent,
    coalesce(consents.has_marketing_push_consent, false) as has_marketing_push_consent,
    coalesce(consents.has_ads_consent, false) as has_ads_consent,
    coalesce(consents.has_profiling_consent, false) as has_profiling_consent
from known
{% for part in parts -%}
left join {{ part }} on known.customer_id = {{ part }}.customer_id
{% endfor %}
left join state_rules
    on engagement.engagement_state = state_rules.engagement_state
