select customer_id
from {{ ref('customer_360') }}
where
    coupon_count_180_days = 0
    and purchase_count >= 3
    and last_purchase_at >= {{ days_before_as_of(90) }}
