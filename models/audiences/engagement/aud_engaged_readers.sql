select customer_id
from {{ ref('customer_360') }}
where
    message_clicked_count_28_days >= 1
    and message_opened_count_28_days + message_clicked_count_28_days >= 3
