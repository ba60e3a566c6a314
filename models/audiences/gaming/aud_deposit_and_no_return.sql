select customer_id
from {{ ref('customer_360') }}
where
    deposits_without_return_at >= {{ days_before_as_of(30) }}
    and last_activity_at <= deposits_without_return_at
