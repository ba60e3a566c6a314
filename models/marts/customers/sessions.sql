with sessions as (
    select * from {{ ref('int_activity__sessions') }}
)

select
    session_id,
    source,
    source_session_id,
    customer_id,
    attributed_by,
    platform,
    started_at,
    ended_at,
    event_count,
    product_view_count,
    cart_count,
    order_count
from sessions
