select customer_id
from {{ ref('customer_360') }}
where
    previous_feature_count > feature_count
    and active_days_7_days >= 1
