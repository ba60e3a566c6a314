select customer_id
from {{ ref('customer_360') }}
where
    bonus_offered_count_28_days >= 3
    and bonus_claimed_count_28_days = 0
