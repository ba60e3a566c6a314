select customer_id
from {{ ref('customer_360') }}
where
    engagement_state = 'casual'
    and features_to_next_state_count = 1
    and active_days_7_days >= 3
