-- What speaks against giving an audience to its readers as this run finds it, with the figure and
-- the limit that it is past, the gravest first. What is not exported, and was not, has no gate.
with moves as (
    select * from {{ ref('int_activation__audience_moves') }}
),

known_audiences as (
    select * from {{ ref('int_rollcall__audiences') }}
),

source_faults as (
    select * from {{ ref('int_activation__source_faults') }}
),

tracking_faults as (
    select * from {{ ref('int_activation__tracking_faults') }}
),

measured as (
    select
        moves.*,
        moves.changed_count / cast(nullif(moves.previous_count, 0) as double) as changed_share,
        moves.recently_changed_count / cast(nullif(moves.previous_count, 0) as double)
            as recently_changed_share,
        coalesce(
            known_audiences.hold_change_rate, {{ setting('audience_hold_change_rate') }}
        ) as change_rate,
        coalesce(
            known_audiences.hold_change_count, {{ setting('audience_hold_change_count') }}
        ) as change_count,
        coalesce(
            known_audiences.hold_days_change_rate,
            {{ setting('audience_hold_days_change_rate') }}
        ) as days_change_rate
    from moves
    inner join known_audiences
        on moves.audience = known_audiences.audience
    where known_audiences.purpose <> 'none'
)

select
    source_faults.audience,
    source_faults.fault as gate,
    case when source_faults.fault like 'consent%' then 1 else 2 end as gravity,
    source_faults.source as subject,
    source_faults.metric_value,
    source_faults.limit_value
from source_faults
inner join measured
    on source_faults.audience = measured.audience
union all
select
    tracking_faults.audience,
    tracking_faults.fault as gate,
    2 as gravity,
    tracking_faults.subject,
    tracking_faults.metric_value,
    tracking_faults.limit_value
from tracking_faults
inner join measured
    on tracking_faults.audience = measured.audience
union all
select
    audience,
    'emptied' as gate,
    3 as gravity,
    'all' as subject,
    cast(previous_count as double) as metric_value,
    cast(0 as double) as limit_value
from measured
where candidate_count = 0 and previous_count > 0
union all
select
    audience,
    'definition_changed' as gate,
    4 as gravity,
    'all' as subject,
    cast(null as double) as metric_value,
    cast(null as double) as limit_value
from measured
where is_defined_anew and previous_count > 0
union all
select
    audience,
    'changed' as gate,
    5 as gravity,
    'all' as subject,
    changed_share as metric_value,
    cast(change_rate as double) as limit_value
from measured
where changed_share > change_rate and changed_count > change_count
union all
-- Of a small audience, half is much however few they are.
select
    audience,
    'changed_by_half' as gate,
    6 as gravity,
    'all' as subject,
    changed_share as metric_value,
    cast(greatest(0.5, change_rate) as double) as limit_value
from measured
where
    changed_share > greatest(0.5, change_rate)
    and previous_count >= {{ setting('audience_hold_minimum_members') }}
    and changed_count <= change_count
union all
select
    audience,
    'changed_in_days' as gate,
    7 as gravity,
    'all' as subject,
    recently_changed_share as metric_value,
    cast(days_change_rate as double) as limit_value
from measured
where
    recently_changed_share > days_change_rate
    and recently_changed_count > {{ setting('audience_hold_minimum_members') }}
union all
-- Of what is exported no more nothing else is asked.
select
    moves.audience,
    'withdrawn' as gate,
    1 as gravity,
    'all' as subject,
    cast(moves.previous_count as double) as metric_value,
    cast(0 as double) as limit_value
from moves
inner join known_audiences
    on moves.audience = known_audiences.audience
where known_audiences.purpose = 'none' and moves.previous_count > 0
