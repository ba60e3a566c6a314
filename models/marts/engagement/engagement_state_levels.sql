with weekly_states as (
    select * from {{ ref('int_engagement__weekly_states') }}
)

select
    measured_at,
    engagement_state,
    count(*) as customer_count
from weekly_states
group by measured_at, engagement_state
