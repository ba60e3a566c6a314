select customer_id
from {{ ref('customer_360') }}
where
    first_purchase_at >= {{ days_before_as_of(30) }}
    and purchase_count = 1
