select customer_id
from {{ ref('customer_360') }}
where started_game_count_7_days >= 3
