select customer_id
from {{ ref('customer_360') }}
where subscription_status = 'past_due'
