-- Per source, how much of what happened is known to be somebody's. Erased people's is not counted.
with events as (
    select * from {{ ref('int_activity__events') }}
),

orders as (
    select * from {{ ref('int_activity__orders') }}
    -- An adjustment is nobody's on purpose.
    where status <> 'adjustment'
),

event_vocabulary as (
    select * from {{ ref('event_vocabulary') }}
)

select
    'events' as entity,
    events.source,
    count(*) as record_count,
    count(*) filter (where events.customer_id is null) as unattributed_count,
    count(*) filter (where event_vocabulary.event_name is null) as unknown_name_count
from events
left join event_vocabulary
    on events.event_name = event_vocabulary.event_name
group by events.source
union all
select
    'orders' as entity,
    source,
    count(*) as record_count,
    count(*) filter (where customer_id is null) as unattributed_count,
    0 as unknown_name_count
from orders
group by source
