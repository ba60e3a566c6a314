-- When a feature began to count for a customer, and when it ceased to: +1 and -1. Measured at
-- midnight: a day's uses enter the window at the midnight after it and leave it a window later.
{%- set midnight = midnight_after('feature_days.activity_date') %}
{%- set leaves_at = midnight ~ " + interval '" ~ setting('engagement_window_days') ~ "' day" %}
with feature_days as (
    select * from {{ ref('int_engagement__feature_days') }}
    where kind = 'usage'
),

first_events as (
    select
        customer_id,
        first_event_at
    from {{ ref('int_customers__activity') }}
),

steps as (
    select
        feature_days.customer_id,
        feature_days.feature,
        least({{ midnight }}, {{ as_of() }}) as changed_at,
        feature_days.use_count as use_change
    from feature_days
    inner join first_events
        on feature_days.customer_id = first_events.customer_id
    where
        {{ midnight }} <= {{ as_of() }}
        -- Who came only today is measured at as_of.
        or cast(first_events.first_event_at as date) = feature_days.activity_date
    union all
    select
        feature_days.customer_id,
        feature_days.feature,
        {{ leaves_at }} as changed_at,
        -feature_days.use_count as use_change
    from feature_days
    where {{ leaves_at }} <= {{ as_of() }}
),

changes as (
    select
        customer_id,
        feature,
        changed_at,
        sum(use_change) as use_change
    from steps
    group by customer_id, feature, changed_at
),

measured as (
    select
        customer_id,
        feature,
        changed_at,
        case
            when
                sum(use_change) over (partition by customer_id, feature order by changed_at)
                >= {{ setting('feature_minimum_uses') }}
                then 1
            else 0
        end as is_used
    from changes
),

compared as (
    select
        customer_id,
        feature,
        changed_at,
        is_used
        - lag(is_used, 1, 0) over (partition by customer_id, feature order by changed_at)
            as feature_change
    from measured
)

select
    customer_id,
    feature,
    changed_at,
    feature_change
from compared
where feature_change <> 0
