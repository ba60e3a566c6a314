-- Each edge from either of its ends, so that whoever knows one end joins by equality.
with settled_edges as (
    select * from {{ ref('int_identity__settled_edges') }}
)

select
    left_type as own_type,
    left_value as own_value,
    right_type as other_type,
    right_value as other_value,
    left_type,
    left_value,
    right_type,
    right_value,
    left_rank,
    right_rank,
    customer_id,
    rejection_reason,
    sources,
    first_seen_at,
    last_seen_at,
    record_count
from settled_edges
union all
select
    right_type as own_type,
    right_value as own_value,
    left_type as other_type,
    left_value as other_value,
    left_type,
    left_value,
    right_type,
    right_value,
    left_rank,
    right_rank,
    customer_id,
    rejection_reason,
    sources,
    first_seen_at,
    last_seen_at,
    record_count
from settled_edges
