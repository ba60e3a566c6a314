select customer_id
from {{ ref('customer_360') }}
where
    purchase_count >= 3
    and purchase_rhythm_seconds >= 86400
    and {{ seconds_between('last_purchase_at', as_of()) }} >= purchase_rhythm_seconds
    and {{ seconds_between('last_purchase_at', as_of()) }} < 2 * purchase_rhythm_seconds
