-- What events use: every feature that names the event, and its property where the feature asks for
-- one. Two rows of one feature may fit one event: it is one use all the same.
with events as (
    select * from {{ ref('int_activity__events') }}
    where identifier_value is not null
),

features as (
    select * from {{ ref('features') }}
)

select
    events.identifier_type,
    events.identifier_value,
    events.customer_id,
    events.source,
    events.event_id,
    events.sequence_number,
    events.occurred_at,
    features.feature,
    features.kind
from events
inner join features
    on events.event_name = features.event_name
where
    features.property is null
    or {{ json_text('events.properties', 'features.property') }} = features.value
    or (
        features.value is null
        and {{ json_text('events.properties', 'features.property') }} is not null
    )
group by
    events.identifier_type,
    events.identifier_value,
    events.customer_id,
    events.source,
    events.event_id,
    events.sequence_number,
    events.occurred_at,
    features.feature,
    features.kind
