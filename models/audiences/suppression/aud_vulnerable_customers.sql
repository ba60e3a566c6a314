select customer_id
from {{ ref('customer_360') }}
where hardship_ticket_count_365_days >= 1 or cool_off_count_90_days >= 1
