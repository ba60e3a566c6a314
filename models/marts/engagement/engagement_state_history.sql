-- Daily: a state is measured at each midnight, and the first day by what was done in it.
with state_intervals as (
    select * from {{ ref('int_engagement__state_intervals') }}
)

select
    customer_id,
    engagement_state,
    valid_from,
    coalesce(valid_to, {{ as_of() }}) as valid_to
from state_intervals
where valid_from < {{ as_of() }}
