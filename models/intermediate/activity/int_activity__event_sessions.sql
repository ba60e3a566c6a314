-- The session of each event: the source's own where it has one, else what lies between silences.
with events as (
    select * from {{ ref('int_activity__events') }}
),

own_sessions as (
    select
        source,
        event_id,
        occurred_at,
        customer_id,
        source_session_id,
        cast(0 as bigint) as silence_number
    from events
    where source_session_id is not null
),

gaps as (
    select
        source,
        event_id,
        occurred_at,
        customer_id,
        coalesce(customer_id, anonymous_id) as visitor,
        lag(occurred_at) over (
            partition by source, customer_id, coalesce(customer_id, anonymous_id)
            order by occurred_at, event_id
        ) as previous_at
    from events
    where source_session_id is null and coalesce(customer_id, anonymous_id) is not null
),

silences as (
    select
        source,
        event_id,
        occurred_at,
        customer_id,
        visitor as source_session_id,
        cast(sum(
            case
                when
                    {{ seconds_between('previous_at', 'occurred_at') }}
                    < {{ setting('session_gap_minutes') }} * 60
                    then 0
                else 1
            end
        ) over (
            partition by source, customer_id, visitor
            order by occurred_at, event_id
        ) as bigint) as silence_number
    from gaps
),

grouped as (
    select * from own_sessions
    union all
    select * from silences
)

select
    source,
    event_id,
    customer_id,
    first_value(event_id) over (
        partition by source, source_session_id, customer_id, silence_number
        order by occurred_at, event_id
        rows between unbounded preceding and unbounded following
    ) as first_event_id
from grouped
