select customer_id
from {{ ref('customer_360') }}
where
    first_seen_at < {{ days_before_as_of(7) }}
    and setup_features = '[]'
    and active_days_28_days >= 1
