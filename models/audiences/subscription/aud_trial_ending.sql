select customer_id
from {{ ref('customer_360') }}
where
    subscription_status = 'trial'
    and trial_ends_at >= {{ as_of() }}
    and trial_ends_at < {{ days_after(as_of(), 3) }}
