select customer_id
from {{ ref('customer_360') }}
where tournament_count_28_days >= 3
