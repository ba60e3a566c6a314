-- The state of each customer on each Monday, and the one a week before: new for who was not there.
with measurements as (
    select * from {{ ref('int_engagement__measurements') }}
),

state_intervals as (
    select * from {{ ref('int_engagement__state_intervals') }}
),

weekly as (
    select
        measurements.measured_at,
        state_intervals.customer_id,
        state_intervals.engagement_state
    from measurements
    inner join state_intervals
        on
            measurements.measured_at >= state_intervals.measured_from
            and measurements.measured_at < coalesce(
                state_intervals.valid_to, {{ as_of() }} + interval '1' day
            )
)

select
    measured_at,
    customer_id,
    engagement_state,
    lag(engagement_state, 1, 'new') over (partition by customer_id order by measured_at)
        as previous_state
from weekly
