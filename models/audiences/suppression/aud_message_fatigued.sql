select customer_id
from {{ ref('customer_360') }}
where
    message_sent_count_28_days >= 8
    and message_opened_count_28_days = 0
    and message_clicked_count_28_days = 0
