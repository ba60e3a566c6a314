select customer_id
from {{ ref('customer_360') }}
where
    session_count_28_days >= 3
    and product_view_count_28_days >= 5
    and purchase_count = 0
