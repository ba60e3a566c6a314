select customer_id
from {{ ref('customer_360') }}
where first_deposit_at >= {{ days_before_as_of(7) }}
