select customer_id
from {{ ref('customer_360') }}
where open_ticket_count >= 1
