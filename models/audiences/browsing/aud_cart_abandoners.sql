select customer_id
from {{ ref('customer_360') }}
where
    last_cart_at >= {{ days_before_as_of(7) }}
    and (last_purchase_at is null or last_purchase_at <= last_cart_at)
