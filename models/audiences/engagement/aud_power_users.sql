select customer_id
from {{ ref('customer_360') }}
where engagement_state = 'power'
