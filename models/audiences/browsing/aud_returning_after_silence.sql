select customer_id
from {{ ref('customer_360') }}
where silence_ended_at >= {{ days_before_as_of(7) }}
