select customer_id
from {{ ref('customer_360') }}
where
    top_category_view_count_7_days >= 3
    and (last_purchase_at is null or last_purchase_at < {{ days_before_as_of(30) }})
