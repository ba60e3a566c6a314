select customer_id
from {{ ref('customer_360') }}
where
    deposit_left_at >= {{ days_before_as_of(14) }}
    and (last_trade_at is null or last_trade_at <= deposit_left_at)
