with answers as (
    select * from {{ ref('int_identity__merges') }}
)

select
    absorbed_customer_id,
    customer_id,
    reason,
    merged_at
from answers
