-- Events and properties that an audience rests on and that are gone from a source that goes on, or
-- of another kind than they were. Who has let an audience through since it was told has seen it.
with audience_events as (
    select * from {{ ref('stg_rollcall__audience_events') }}
),

tracking_plan as (
    select * from {{ ref('tracking_plan') }}
),

approvals as (
    select
        audience,
        max(released_as_of) as approved_as_of
    from {{ ref('stg_previous_release__audience_release_history') }}
    where status = 'approved'
    group by audience
),

changes as (
    select
        source,
        event_name,
        property,
        changed_as_of,
        case change
            when 'vanished' then 'tracking_vanished' else 'tracking_changed'
        end as fault,
        case change
            when 'vanished' then cast(silent_days as double) else kind_rate
        end as metric_value,
        case change
            when 'vanished' then cast(allowed_silent_days as double)
            else cast({{ setting('tracking_kind_rate') }} as double)
        end as limit_value
    from tracking_plan
    where
        change = 'vanished'
        or (
            change = 'changed_kind'
            and is_last_kind
            and kind_rate > {{ setting('tracking_kind_rate') }}
        )
)

select
    audience_events.audience,
    changes.fault,
    changes.source || ': ' || changes.event_name
    || case when changes.property = '(event)' then '' else '.' || changes.property end as subject,
    max(changes.metric_value) as metric_value,
    max(changes.limit_value) as limit_value
from audience_events
inner join changes
    on
        audience_events.event_name = changes.event_name
        and audience_events.property = changes.property
left join approvals
    on
        audience_events.audience = approvals.audience
        and changes.changed_as_of <= approvals.approved_as_of
where approvals.audience is null
group by
    audience_events.audience,
    changes.fault,
    changes.source,
    changes.event_name,
    changes.property
