-- A state is how many distinct features a customer used in the window; the rules are a seed.
with known as (
    select * from {{ ref('int_customers__known') }}
),

used_features as (
    select * from {{ ref('int_customers__features') }}
),

rules as (
    select * from {{ ref('engagement_state_rules') }}
)

select
    known.customer_id,
    coalesce(rules.engagement_state, 'inactive') as engagement_state,
    coalesce(used_features.feature_count, 0) as feature_count,
    coalesce(used_features.features, '[]') as features
from known
left join used_features
    on known.customer_id = used_features.customer_id
left join rules
    on used_features.feature_count between rules.minimum_features and rules.maximum_features
