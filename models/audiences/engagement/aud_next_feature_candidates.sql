select customer_id
from {{ ref('customer_360') }}
where
    first_seen_at < {{ days_before_as_of(14) }}
    and next_feature is not null
    and active_days_7_days >= 1
