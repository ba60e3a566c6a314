with qualified as (
    select * from {{ ref('int_activation__qualified') }}
    where exclusion_reason is not null
)

select
    audience,
    exclusion_reason as reason,
    count(*) as customer_count
from qualified
group by audience, exclusion_reason
