select customer_id
from {{ ref('customer_360') }}
where wish_left_at >= {{ days_before_as_of(30) }}
