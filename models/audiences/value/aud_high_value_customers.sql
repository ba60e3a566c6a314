select customer_id
from {{ ref('customer_360') }}
where
    monetary_score = 5
    and frequency_score >= 4
