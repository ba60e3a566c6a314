select customer_id
from {{ ref('customer_360') }}
where
    repayment_missed_at >= {{ days_before_as_of(60) }}
    and (last_repayment_at is null or last_repayment_at <= repayment_missed_at)
