select customer_id
from {{ ref('customer_360') }}
where
    savings_amount_28_days > savings_amount_previous_28_days
    and savings_amount_previous_28_days > 0
