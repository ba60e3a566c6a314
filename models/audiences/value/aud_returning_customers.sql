select customer_id
from {{ ref('customer_360') }}
where
    purchase_count >= 2
    and last_purchase_at >= {{ days_before_as_of(90) }}
