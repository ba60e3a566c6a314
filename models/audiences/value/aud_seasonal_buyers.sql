select customer_id
from {{ ref('customer_360') }}
where
    purchase_count_same_season_last_year + purchase_count_same_season_two_years_ago >= 1
    and last_purchase_at < {{ days_before_as_of(30) }}
