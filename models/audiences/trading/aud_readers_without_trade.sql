select customer_id
from {{ ref('customer_360') }}
where
    news_read_count_28_days >= 5
    and last_trade_at is null
