{{ config(materialized='table') }}

-- What happened on devices of several people, in order: who signed in when, and when nobody had.
-- A source's own session in which nobody signs in is one moment, its start, so that it is not
-- torn between two people; so is every other event.
with shared_devices as (
    select identifier_value as anonymous_id
    from {{ ref('int_identity__overshared_identifiers') }}
    where identifier_type = 'anonymous_id'
),

session_people as (
    select * from {{ ref('int_activity__session_people') }}
),

device_events as (
    select
        identified_events.source,
        identified_events.event_id,
        identified_events.occurred_at,
        identified_events.anonymous_id,
        identified_events.customer_id,
        identified_events.identifier_type,
        identified_events.identifier_value,
        case
            when
                identified_events.source_session_id is not null
                and session_people.source_session_id is null
                then min(identified_events.occurred_at) over (
                    partition by
                        identified_events.source,
                        identified_events.source_session_id,
                        identified_events.anonymous_id
                )
            else identified_events.occurred_at
        end as moment_at
    from {{ ref('int_activity__identified_events') }} as identified_events
    inner join shared_devices
        on identified_events.anonymous_id = shared_devices.anonymous_id
    left join session_people
        on
            identified_events.source = session_people.source
            and identified_events.source_session_id = session_people.source_session_id
    -- In a session of one person the rest is that person's already.
    where identified_events.customer_id is not null or not coalesce(session_people.is_of_one, false)
)

select
    source,
    event_id,
    anonymous_id,
    moment_at,
    customer_id,
    identifier_type,
    identifier_value,
    row_number() over (
        partition by anonymous_id
        order by
            moment_at asc,
            -- Signing in at that very moment counts as before it.
            (case when customer_id is null then 1 else 0 end) asc,
            source asc,
            event_id asc
    ) as moment_number
from device_events
