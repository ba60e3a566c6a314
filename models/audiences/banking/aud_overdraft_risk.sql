select customer_id
from {{ ref('customer_360') }}
where
    overdraft_count_90_days >= 2
    and last_overdraft_at >= {{ days_before_as_of(30) }}
