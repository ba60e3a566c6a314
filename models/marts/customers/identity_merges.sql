with answers as (
    select * from {{ ref('int_identity__merges') }}
)

select
    absorbed_customer_id,
    customer_id,
    reason,
    left_type,
    left_value,
    right_type,
    right_value,
    merged_at
from answers
