-- What the events of the window say of each kind of value of a property: since when it is there,
-- and whether the property is silent: longer without it than it ever was, while what it belongs to
-- goes on (of an event its source, of a property its event).
with days as (
    select * from {{ ref('int_tracking__days') }}
),

-- A property and a column of one name, or two kinds of value, are seen on one day.
seen as (
    select
        source,
        event_name,
        property,
        event_date
    from days
    group by source, event_name, property, event_date
),

gaps as (
    select
        seen.*,
        {{ days_between_dates(
            'lag(event_date) over (partition by source, event_name, property order by event_date)',
            'event_date'
        ) }} as gap_days
    from seen
),

properties as (
    select
        source,
        event_name,
        property,
        count(*) as day_count,
        max(gap_days) as longest_gap_days,
        max(event_date) as last_date
    from gaps
    group by source, event_name, property
),

whole as (
    select
        properties.*,
        max(properties.last_date) over (partition by properties.source, properties.event_name)
            as event_last_date,
        max(properties.last_date) over (partition by properties.source) as source_last_date
    from properties
),

silences as (
    select
        whole.*,
        {{ days_between_dates(
            'last_date',
            "case when property = '(event)' then source_last_date else event_last_date end"
        ) }} as silent_days
    from whole
),

kinds as (
    select
        source,
        event_name,
        property,
        value_kind,
        cast(sum(event_count) as bigint) as event_count,
        min(event_date) as first_date,
        max(event_date) as last_date,
        min_by(first_file, event_date) as first_file,
        min_by(first_line, event_date) as first_line
    from days
    group by source, event_name, property, value_kind
),

-- Since a kind first came, how often it is the kind of the property.
shares as (
    select
        kinds.source,
        kinds.event_name,
        kinds.property,
        kinds.value_kind,
        kinds.event_count / cast(sum(days.event_count) as double) as kind_rate
    from kinds
    inner join days
        on
            kinds.source = days.source
            and kinds.event_name = days.event_name
            and kinds.property = days.property
            and kinds.first_date <= days.event_date
    group by
        kinds.source, kinds.event_name, kinds.property, kinds.value_kind, kinds.event_count
)

select
    kinds.source,
    kinds.event_name,
    kinds.property,
    kinds.value_kind,
    kinds.event_count,
    kinds.first_date,
    kinds.last_date,
    kinds.last_date = silences.last_date as is_last_kind,
    kinds.first_file,
    kinds.first_line,
    shares.kind_rate,
    silences.silent_days,
    silences.day_count,
    {{ setting('tracking_silence_factor') }} * silences.longest_gap_days as allowed_silent_days,
    silences.day_count >= {{ setting('tracking_minimum_days') }}
    and silences.silent_days
    > {{ setting('tracking_silence_factor') }} * silences.longest_gap_days as is_silent
from kinds
inner join silences
    on
        kinds.source = silences.source
        and kinds.event_name = silences.event_name
        and kinds.property = silences.property
inner join shares
    on
        kinds.source = shares.source
        and kinds.event_name = shares.event_name
        and kinds.property = shares.property
        and kinds.value_kind = shares.value_kind
where kinds.event_count >= {{ setting('category_minimum_rows') }}
