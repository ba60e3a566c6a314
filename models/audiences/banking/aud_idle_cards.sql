select customer_id
from {{ ref('customer_360') }}
where
    card_activated_at < {{ days_before_as_of(30) }}
    and (days_since_card_payment is null or days_since_card_payment >= 30)
