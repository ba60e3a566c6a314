with weekly_states as (
    select * from {{ ref('int_engagement__weekly_states') }}
)

select
    measured_at,
    previous_state as from_state,
    engagement_state as to_state,
    count(*) as customer_count
from weekly_states
group by measured_at, previous_state, engagement_state
