-- The platform that most of a customer's sessions are on; of as many, the latest used.
with visits as (
    select
        customer_id,
        platform,
        row_number() over (
            partition by customer_id order by count(*) desc, max(started_at) desc, platform asc
        ) as platform_rank
    from {{ ref('int_activity__sessions') }}
    where customer_id is not null and platform is not null
    group by customer_id, platform
)

select
    customer_id,
    platform
from visits
where platform_rank = 1
