select customer_id
from {{ ref('customer_360') }}
where
    card_activated_at < {{ days_before_as_of(30) }}
    and (last_card_payment_at is null or last_card_payment_at < {{ days_before_as_of(30) }})
