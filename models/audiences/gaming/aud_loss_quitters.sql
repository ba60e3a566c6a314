select customer_id
from {{ ref('customer_360') }}
where
    losing_streak_ended_at >= {{ days_before_as_of(7) }}
    and {{ seconds_between('losing_streak_ended_at', 'last_activity_at') }} < 600
