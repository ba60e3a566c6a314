with lifecycles as (
    select * from {{ ref('int_engagement__lifecycles') }}
)

select
    interval_start_at,
    lifecycle,
    count(*) as customer_count
from lifecycles
group by interval_start_at, lifecycle
