select customer_id
from {{ ref('customer_360') }}
where
    last_purchase_at >= {{ days_before_as_of(10) }}
    and last_purchase_at < {{ days_before_as_of(3) }}
    and open_ticket_count = 0
