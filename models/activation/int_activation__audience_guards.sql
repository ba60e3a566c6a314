-- What is odd about an audience, with the figure and the limit that it is past. As in
-- audience_overlaps, what is never exported counts by who qualifies.
with audiences as (
    select
        *,
        case when purpose = 'none' then qualified_count else member_count end as customer_count
    from {{ ref('audiences') }}
    where coalesce(reason, '') <> 'withdrawn'
),

release_history as (
    select * from {{ ref('audience_release_history') }}
),

alike as (
    select * from {{ ref('audience_overlaps') }}
    where jaccard_rate >= {{ setting('audience_near_identical_jaccard') }}
),

source_faults as (
    select * from {{ ref('int_activation__source_faults') }}
    where fault = 'source_stale'
),

-- A release that did not yet tell who qualified says nothing of an audience without members.
sizes as (
    select
        audiences.audience,
        release_history.release_id,
        case
            when audiences.purpose = 'none' then release_history.qualified_count = 0
            else release_history.member_count = 0
        end as is_empty
    from audiences
    inner join release_history
        on audiences.audience = release_history.audience
),

last_filled as (
    select
        audience,
        max(release_id) as release_id
    from sizes
    where is_empty is null or not is_empty
    group by audience
),

empty_runs as (
    select
        sizes.audience,
        count(*) as run_count
    from sizes
    left join last_filled
        on sizes.audience = last_filled.audience
    where sizes.release_id > coalesce(last_filled.release_id, '')
    group by sizes.audience
),

-- The one of two that goes later gives way. Two purposes need two audiences, however alike.
twins as (
    select
        case when audiences.priority > others.priority then audiences.audience else others.audience
        end as audience,
        case when audiences.priority > others.priority then others.audience else audiences.audience
        end as twin,
        alike.jaccard_rate
    from alike
    inner join audiences
        on alike.audience = audiences.audience
    inner join audiences as others
        on alike.other_audience = others.audience
    where audiences.purpose = others.purpose
),

closest_twins as (
    select
        audience,
        twin,
        jaccard_rate,
        row_number() over (partition by audience order by jaccard_rate desc, twin asc) as place
    from twins
),

-- Of what is exported, it is a hold.
stale_sources as (
    select
        source_faults.*,
        row_number() over (
            partition by source_faults.audience
            order by source_faults.metric_value desc, source_faults.source asc
        ) as place
    from source_faults
    inner join audiences
        on source_faults.audience = audiences.audience
    where audiences.purpose = 'none'
)

select
    audience,
    'too_small' as advice,
    cast(null as {{ dbt.type_string() }}) as subject,
    cast(customer_count as double) as metric_value,
    cast({{ setting('audience_minimum_members') }} as double) as limit_value
from audiences
-- A suppression list is as long as there are people to leave alone.
where customer_count < {{ setting('audience_minimum_members') }} and not is_suppression
union all
select
    audience,
    'empty' as advice,
    null as subject,
    cast(run_count as double) as metric_value,
    cast({{ setting('audience_empty_runs') }} as double) as limit_value
from empty_runs
where run_count >= {{ setting('audience_empty_runs') }}
union all
select
    audience,
    'near_identical' as advice,
    twin as subject,
    jaccard_rate as metric_value,
    cast({{ setting('audience_near_identical_jaccard') }} as double) as limit_value
from closest_twins
where place = 1
union all
select
    audience,
    'stale_source' as advice,
    source as subject,
    metric_value,
    limit_value
from stale_sources
where place = 1
