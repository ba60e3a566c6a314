select customer_id
from {{ ref('customer_360') }}
where
    product_viewed_again_at >= {{ days_before_as_of(14) }}
    and (last_purchase_at is null or last_purchase_at <= product_viewed_again_at)
