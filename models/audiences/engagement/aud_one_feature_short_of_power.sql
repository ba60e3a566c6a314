select customer_id
from {{ ref('customer_360') }}
where
    engagement_state = 'core'
    and features_to_next_state_count = 1
