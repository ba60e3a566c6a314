-- Every Monday 00:00 UTC on which some customer was there, up to as_of.
with first_events as (
    select min(first_event_at) as first_event_at from {{ ref('int_customers__activity') }}
),

bounds as (
    select
        cast(date_trunc('week', first_event_at) as timestamp) + interval '7' day as first_monday,
        cast(date_trunc('week', {{ as_of() }}) as timestamp) as last_monday
    from first_events
)

select {{ each_step('first_monday', 'last_monday', "'7' day") }} as measured_at
from bounds
where first_monday <= last_monday
