select customer_id
from {{ ref('customer_360') }}
where
    deposit_amount >= 1000
    and last_activity_at < {{ days_before_as_of(14) }}
