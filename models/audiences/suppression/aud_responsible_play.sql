select customer_id
from {{ ref('customer_360') }}
where is_risk_marked
