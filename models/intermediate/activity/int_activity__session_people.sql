{{ config(materialized='table') }}

-- Who a source's own session is of: what was done in it before signing in, on a device that names
-- nobody, is that person's too. A session that two signed in to tells nothing; a device counts only
-- where nobody signed in.
with identified_events as (
    select * from {{ ref('int_activity__identified_events') }}
    where source_session_id is not null and customer_id is not null
),

naming as (
    select
        identified_events.*,
        max(case when identified_events.identifier_type <> 'anonymous_id' then 1 else 0 end) over (
            partition by identified_events.source, identified_events.source_session_id
        ) = 1 as has_sign_in
    from identified_events
),

ranked as (
    select
        source,
        source_session_id,
        customer_id,
        identifier_type,
        identifier_value,
        row_number() over (
            partition by source, source_session_id
            order by identifier_type desc, identifier_value asc
        ) as identifier_rank,
        min(customer_id) over (partition by source, source_session_id)
        = max(customer_id) over (partition by source, source_session_id) as is_of_one
    from naming
    where identifier_type <> 'anonymous_id' or not has_sign_in
)

select
    source,
    source_session_id,
    is_of_one,
    case when is_of_one then customer_id end as customer_id,
    case when is_of_one then identifier_type end as identifier_type,
    case when is_of_one then identifier_value end as identifier_value
from ranked
where identifier_rank = 1
