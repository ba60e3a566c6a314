select customer_id
from {{ ref('customer_360') }}
where
    subscription_status = 'active'
    and plan_since < {{ days_before_as_of(60) }}
    and active_days_28_days >= 10
