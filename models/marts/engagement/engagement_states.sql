{%- set interval = setting('lifecycle_interval') -%}

-- How each known customer uses the product at as_of. The rules are seeds: how many distinct
-- features of the window make a state, and which sets of them a flag.
with known as (
    select * from {{ ref('int_customers__known') }}
),

used_features as (
    select * from {{ ref('int_engagement__used_features') }}
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

scores as (
    select * from {{ ref('int_engagement__scores') }}
),

counted as (
    select
        known.customer_id,
        count(*) filter (where used_features.is_used) as feature_count,
        count(*) filter (where used_features.was_used_before) as previous_feature_count,
        {{ sorted_json_array('used_features.feature', 'used_features.is_used') }} as features,
        {{ sorted_json_array('used_features.feature', 'used_features.is_set_up') }}
            as setup_features
    from known
    left join used_features
        on known.customer_id = used_features.customer_id
    group by known.customer_id
),

measured as (
    select
        counted.*,
        coalesce(rules.engagement_state, 'inactive') as engagement_state,
        coalesce(activity.active_days_7_days, 0) as active_days_7_days,
        coalesce(activity.active_days_previous_7_days, 0) as active_days_previous_7_days
    from counted
    left join activity
        on counted.customer_id = activity.customer_id
    left join rules
        on counted.feature_count between rules.minimum_features and rules.maximum_features
)

select
    measured.customer_id,
    measured.engagement_state,
    measured.feature_count,
    measured.features,
    coalesce(flags.flags, '[]') as flags,
    measured.setup_features,
    measured.active_days_7_days,
    coalesce(lifecycles.lifecycle, 'inactive') as lifecycle,
    -- The history is measured at midnight; what changed since began now.
    case
        when measured.engagement_state <> last_intervals.engagement_state then 0
        else {{ days_between_dates(
            'cast(last_intervals.valid_from as date)', 'cast(' ~ as_of() ~ ' as date)'
        ) }}
    end as state_days_count,
    case
        when measured.engagement_state <> last_intervals.engagement_state
            then last_intervals.engagement_state
        else last_intervals.previous_state
    end as previous_state,
    measured.previous_feature_count,
    measured.active_days_previous_7_days,
    measured.feature_count > measured.previous_feature_count
    or (
        measured.feature_count = measured.previous_feature_count
        and measured.active_days_7_days > measured.active_days_previous_7_days
    ) as is_rising,
    measured.feature_count < measured.previous_feature_count
    or (
        measured.feature_count = measured.previous_feature_count
        and measured.active_days_7_days < measured.active_days_previous_7_days
    ) as is_slipping,
    coalesce(scores.engagement_score, 0) as engagement_score,
    scores.web_score,
    scores.app_score,
    scores.store_score,
    scores.email_score,
    scores.push_score,
    scores.sms_score,
    scores.in_app_score,
    scores.other_score
from measured
left join flags
    on measured.customer_id = flags.customer_id
left join lifecycles
    on measured.customer_id = lifecycles.customer_id
left join last_intervals
    on measured.customer_id = last_intervals.customer_id
left join scores
    on measured.customer_id = scores.customer_id
