select customer_id
from {{ ref('customer_360') }}
where last_purchase_at >= {{ days_before_as_of(14) }}
