select customer_id
from {{ ref('customer_360') }}
where churned_at >= {{ days_before_as_of(60) }}
