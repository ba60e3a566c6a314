{{ config(materialized='table') }}

-- On which days each event came, with which properties of which kinds, and the first line of each.
-- Of an event itself the property is (event).
with events as (
    select * from {{ ref('int_tracking__events') }}
),

-- A client sends what it likes as a name.
named as (
    select
        events.*,
        {{ plain_name('events.event_name') }} as plain_event_name
    from events
),

told as (
    select
        source,
        plain_event_name as event_name,
        cast(occurred_at as date) as event_date,
        {%- for column in tracked_columns() %}
        count({{ column }}) as {{ column }}_count,
        {{ first_delivery('delivered_file', column ~ ' is not null') }} as {{ column }}_file,
        {{ first_delivery('delivered_line', column ~ ' is not null') }} as {{ column }}_line,
        {%- endfor %}
        {{ first_delivery('delivered_file') }} as event_file,
        {{ first_delivery('delivered_line') }} as event_line,
        count(*) as event_count
    from named
    group by source, plain_event_name, cast(occurred_at as date)
),

keys as (
    select
        source,
        plain_event_name as event_name,
        occurred_at,
        delivered_file,
        delivered_line,
        properties,
        {{ each_json_key('properties') }} as property
    from named
    where properties is not null
),

-- What is no name, like a text that somebody typed, is no property either.
kinds as (
    select
        keys.*,
        case
            when keys.property = {{ plain_name('keys.property') }}
                then {{ json_kind('keys.properties', 'keys.property') }}
        end as value_kind
    from keys
)

select
    source,
    event_name,
    property,
    value_kind,
    cast(occurred_at as date) as event_date,
    count(*) as event_count,
    {{ first_delivery('delivered_file') }} as first_file,
    {{ first_delivery('delivered_line') }} as first_line
from kinds
where value_kind is not null
group by source, event_name, property, value_kind, cast(occurred_at as date)
{%- for column, kind in tracked_columns().items() %}
union all
select
    source,
    event_name,
    '{{ column }}' as property,
    '{{ kind }}' as value_kind,
    event_date,
    {{ column }}_count as event_count,
    {{ column }}_file as first_file,
    {{ column }}_line as first_line
from told
where {{ column }}_count > 0
{%- endfor %}
union all
select
    source,
    event_name,
    '(event)' as property,
    'event' as value_kind,
    event_date,
    event_count,
    event_file as first_file,
    event_line as first_line
from told
