select customer_id
from {{ ref('customer_360') }}
where price_dropped_at >= {{ days_before_as_of(14) }}
