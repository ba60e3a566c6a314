select customer_id
from {{ ref('customer_360') }}
where complaint_count_30_days >= 1 or complaint_ticket_count_30_days >= 1
