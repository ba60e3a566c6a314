select customer_id
from {{ ref('customer_360') }}
where
    price_watch_count_14_days >= 3
    and (last_trade_at is null or last_trade_at < {{ days_before_as_of(30) }})
