select customer_id
from {{ ref('customer_360') }}
where
    trade_count_28_days >= 3
    and portfolio_connected_count = 0
