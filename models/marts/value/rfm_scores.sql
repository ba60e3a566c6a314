with scores as (
    select * from {{ ref('int_value__rfm_scores') }}
    where measured_at = {{ as_of() }}
)

select
    customer_id,
    recency_days,
    frequency_count,
    monetary_amount,
    recency_score,
    frequency_score,
    monetary_score,
    rfm_segment
from scores
