select customer_id
from {{ ref('customer_360') }}
where back_in_stock_at >= {{ days_before_as_of(14) }}
