select customer_id
from {{ ref('customer_360') }}
where
    checkout_abandoned_at >= {{ days_before_as_of(7) }}
    and (last_purchase_at is null or last_purchase_at <= checkout_abandoned_at)
