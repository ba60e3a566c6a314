{{ config(materialized='table') }}

-- The state that a customer was in, from their first event on: a function of the events alone, so
-- one that comes late mends the past. The first day is told by what the customer did in it.
with feature_changes as (
    select * from {{ ref('int_engagement__feature_changes') }}
),

first_events as (
    select
        customer_id,
        first_event_at,
        {{ midnight_after('first_event_at') }} as first_midnight
    from {{ ref('int_customers__activity') }}
),

rules as (
    select * from {{ ref('engagement_state_rules') }}
),

points as (
    select
        customer_id,
        first_event_at as valid_from,
        0 as feature_change
    from first_events
    union all
    select
        feature_changes.customer_id,
        case
            when feature_changes.changed_at <= first_events.first_midnight
                then first_events.first_event_at
            else feature_changes.changed_at
        end as valid_from,
        feature_changes.feature_change
    from feature_changes
    inner join first_events
        on feature_changes.customer_id = first_events.customer_id
),

summed as (
    select
        customer_id,
        valid_from,
        sum(feature_change) as feature_change
    from points
    group by customer_id, valid_from
),

counted as (
    select
        customer_id,
        valid_from,
        sum(feature_change) over (partition by customer_id order by valid_from) as feature_count
    from summed
),

states as (
    select
        counted.customer_id,
        counted.valid_from,
        coalesce(rules.engagement_state, 'inactive') as engagement_state
    from counted
    left join rules
        on counted.feature_count between rules.minimum_features and rules.maximum_features
),

compared as (
    select
        states.*,
        lag(states.engagement_state) over (
            partition by states.customer_id order by states.valid_from
        ) as previous_state
    from states
),

entered as (
    select * from compared
    where previous_state is null or previous_state <> engagement_state
)

select
    customer_id,
    engagement_state,
    previous_state,
    valid_from,
    lead(valid_from) over (partition by customer_id order by valid_from) as valid_to,
    -- The midnight from which on a measurement meets the state.
    case
        when previous_state is null then {{ midnight_after('valid_from') }}
        else valid_from
    end as measured_from
from entered
