{{ config(materialized='table') }}
{%- set window = setting('engagement_window_days') %}

-- The roll-up by feature: an event uses every feature that names it, and its property where the
-- feature asks for one. The customer is joined last, as in the roll-up by event.
with events as (
    select * from {{ ref('int_activity__events') }}
    where identifier_value is not null
),

features as (
    select * from {{ ref('features') }}
),

-- Two rows of one feature may fit one event: it is one use all the same.
uses as (
    select
        events.identifier_type,
        events.identifier_value,
        events.source,
        events.event_id,
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
        events.source,
        events.event_id,
        events.occurred_at,
        features.feature,
        features.kind
)

select
    identifier_type,
    identifier_value,
    cast(occurred_at as date) as activity_date,
    feature,
    kind,
    count(*) as use_count,
    count(*) filter (
        where occurred_at >= {{ days_before_as_of(window) }}
    ) as window_use_count,
    count(*) filter (
        where
        occurred_at >= {{ days_before_as_of(2 * window) }}
        and occurred_at < {{ days_before_as_of(window) }}
    ) as previous_window_use_count,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from uses
group by identifier_type, identifier_value, cast(occurred_at as date), feature, kind
