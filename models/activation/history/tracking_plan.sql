-- Which events and properties the sources send, and what changed: new beside a known source, gone
-- from it, or of another kind. What a first release finds is the plan, and no change.
with kinds as (
    select * from {{ ref('int_tracking__kinds') }}
),

previous_plan as (
    select * from {{ ref('stg_previous_release__tracking_plan') }}
),

known_sources as (
    select source from previous_plan
    group by source
),

known_properties as (
    select
        source,
        event_name,
        property
    from previous_plan
    group by source, event_name, property
),

compared as (
    select
        kinds.*,
        previous_plan.status as previous_status,
        previous_plan.change as previous_change,
        previous_plan.changed_as_of as previously_changed_as_of,
        previous_plan.first_date as previous_first_date,
        previous_plan.first_file as previous_first_file,
        previous_plan.first_line as previous_first_line,
        case when kinds.is_silent then 'vanished' else 'delivered' end as status,
        case
            when known_sources.source is null then null
            when previous_plan.source is null and kinds.is_silent then null
            when known_properties.source is null then 'appeared'
            when previous_plan.source is null then 'changed_kind'
            when kinds.is_silent and previous_plan.status = 'delivered' then 'vanished'
            when not kinds.is_silent and previous_plan.status <> 'delivered' then 'appeared'
        end as new_change
    from kinds
    left join previous_plan
        on
            kinds.source = previous_plan.source
            and kinds.event_name = previous_plan.event_name
            and kinds.property = previous_plan.property
            and kinds.value_kind = previous_plan.value_kind
    left join known_sources
        on kinds.source = known_sources.source
    left join known_properties
        on
            kinds.source = known_properties.source
            and kinds.event_name = known_properties.event_name
            and kinds.property = known_properties.property
)

select
    source,
    event_name,
    property,
    value_kind,
    status,
    coalesce(new_change, previous_change) as change,
    case when new_change is not null then {{ as_of() }} else previously_changed_as_of end
        as changed_as_of,
    coalesce(previous_first_date, first_date) as first_date,
    last_date,
    event_count,
    case
        when new_change = 'appeared' or previous_first_date is null
            then {{ remove_all('first_file', '^.*/') }}
        else previous_first_file
    end as first_file,
    case
        when new_change = 'appeared' or previous_first_date is null
            then first_line
        else previous_first_line
    end as first_line,
    {{ rounded('kind_rate', 6) }} as kind_rate,
    silent_days,
    allowed_silent_days,
    is_last_kind
from compared
union all
-- What no event of the window has any more stands as it was told.
select
    previous_plan.source,
    previous_plan.event_name,
    previous_plan.property,
    previous_plan.value_kind,
    case when previous_plan.status = 'delivered' then 'unseen' else previous_plan.status end
        as status,
    previous_plan.change,
    previous_plan.changed_as_of,
    previous_plan.first_date,
    previous_plan.last_date,
    cast(0 as bigint) as event_count,
    previous_plan.first_file,
    previous_plan.first_line,
    previous_plan.kind_rate,
    previous_plan.silent_days,
    previous_plan.allowed_silent_days,
    false as is_last_kind
from previous_plan
left join kinds
    on
        previous_plan.source = kinds.source
        and previous_plan.event_name = kinds.event_name
        and previous_plan.property = kinds.property
        and previous_plan.value_kind = kinds.value_kind
where kinds.source is null
