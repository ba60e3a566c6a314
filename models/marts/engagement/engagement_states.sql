{%- set interval = setting('lifecycle_interval') -%}

-- How each known customer uses the product at as_of. The rules are seeds: how many distinct
-- features of the window make a state, and which sets of them a flag.
with known as (
    select * from {{ ref('int_customers__known') }}
),

used_features as (
    select
        customer_id,
        count(*) filter (where is_used) as feature_count,
        count(*) filter (where was_used_before) as previous_feature_count,
        {{ sorted_json_array('feature', 'is_used') }} as features,
        {{ sorted_json_array('feature', 'is_set_up') }} as setup_features
    from {{ ref('int_engagement__used_features') }}
    group by customer_id
),

flags as (
    select * from {{ ref('int_engagement__flags') }}
),

activity as (
    select * from {{ ref('int_customers__activity') }}
),

lifecycles as (
    select * from {{ ref('int_engagement__lifecycles') }}
    -- The interval that the last moment before as_of lies in.
    where
        interval_start_at < {{ as_of() }}
        and interval_start_at + interval '1' {{ interval }} >= {{ as_of() }}
),

last_intervals as (
    select * from {{ ref('int_engagement__state_intervals') }}
    where valid_to is null
),

rules as (
    select * from {{ ref('engagement_state_rules') }}
),

counted as (
    select
        known.customer_id,
        coalesce(rules.engagement_state, 'inactive') as engagement_state,
        coalesce(used_features.feature_count, 0) as feature_count,
        coalesce(used_features.previous_feature_count, 0) as previous_feature_count,
        coalesce(used_features.features, '[]') as features,
        coalesce(used_features.setup_features, '[]') as setup_features,
        coalesce(activity.active_days_7_days, 0) as active_days_7_days,
        coalesce(activity.active_days_previous_7_days, 0) as active_days_previous_7_days
    from known
    left join used_features
        on known.customer_id = used_features.customer_id
    left join activity
        on known.customer_id = activity.customer_id
    left join rules
        on used_features.feature_count between rules.minimum_features and rules.maximum_features
)

select
    counted.customer_id,
    counted.engagement_state,
    counted.feature_count,
    counted.features,
    coalesce(flags.flags, '[]') as flags,
    counted.setup_features,
    counted.active_days_7_days,
    coalesce(lifecycles.lifecycle, 'inactive') as lifecycle,
    -- The history is measured at midnight; what changed since began now.
    case
        when counted.engagement_state <> last_intervals.engagement_state then 0
        else {{ days_between_dates(
            'cast(last_intervals.valid_from as date)', 'cast(' ~ as_of() ~ ' as date)'
        ) }}
    end as state_days_count,
    case
        when counted.engagement_state <> last_intervals.engagement_state
            then last_intervals.engagement_state
        else last_intervals.previous_state
    end as previous_state,
    counted.previous_feature_count,
    counted.active_days_previous_7_days,
    counted.feature_count > counted.previous_feature_count
    or (
        counted.feature_count = counted.previous_feature_count
        and counted.active_days_7_days > counted.active_days_previous_7_days
    ) as is_rising,
    counted.feature_count < counted.previous_feature_count
    or (
        counted.feature_count = counted.previous_feature_count
        and counted.active_days_7_days < counted.active_days_previous_7_days
    ) as is_slipping
from counted
left join flags
    on counted.customer_id = flags.customer_id
left join lifecycles
    on counted.customer_id = lifecycles.customer_id
left join last_intervals
    on counted.customer_id = last_intervals.customer_id
