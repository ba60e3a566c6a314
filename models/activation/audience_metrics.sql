-- What those who entered an audience did then, against everyone else. A figure is told once, in the
-- first release after its window is over for all who entered in the month, and stands from then on.
{%- set figures = [
    'engagement_rate',
    'repeat_purchase_rate',
    'conversion_rate',
    'retention_rate',
    'median_hours_to_action',
] %}

with entries as (
    select * from {{ ref('int_activation__audience_entries') }}
),

tallies as (
    select * from {{ ref('int_activation__audience_tallies') }}
),

audiences as (
    select * from {{ ref('audiences') }}
),

previous_metrics as (
    select * from {{ ref('stg_previous_release__audience_metrics') }}
),

months as (
    select
        audience,
        entry_month,
        count(*) as entered_count
    from entries
    group by audience, entry_month
),

-- The hour by which half of those who did anything had done it.
running as (
    select
        audience,
        entry_month,
        side,
        hour_count,
        sum(customer_count) over (
            partition by audience, entry_month, side order by hour_count asc
        ) as reached_count,
        sum(customer_count) over (partition by audience, entry_month, side) as all_count
    from tallies
    where outcome = 'engaged' and customer_count > 0
),

medians as (
    select
        audience,
        entry_month,
        side,
        min(hour_count) as median_hours_to_action
    from running
    where reached_count * 2 >= all_count
    group by audience, entry_month, side
),

counted as (
    select
        tallies.audience,
        tallies.entry_month,
        tallies.side,
        {%- for outcome in [
            'known', 'engaged', 'bought_before', 'bought_again', 'followed', 'returned'
        ] %}
        sum(tallies.customer_count) filter (where tallies.outcome = '{{ outcome }}')
            as {{ outcome }}_count,
        {%- endfor %}
        sum(tallies.customer_count) filter (where tallies.outcome = 'goal ' || audiences.goal)
            as converted_count,
        -- Null without a goal: there is nothing that anybody could have met.
        sum(tallies.customer_count) filter (
            where tallies.outcome = 'known' and audiences.goal is not null
        ) as aiming_count
    from tallies
    left join audiences
        on tallies.audience = audiences.audience
    group by tallies.audience, tallies.entry_month, tallies.side
),

measured as (
    select
        counted.audience,
        counted.entry_month,
        counted.side,
        {%- for figure, (part, whole) in {
            'engagement_rate': ('engaged', 'known'),
            'repeat_purchase_rate': ('bought_again', 'bought_before'),
            'conversion_rate': ('converted', 'aiming'),
            'retention_rate': ('returned', 'followed'),
        }.items() %}
        {{ rounded(
            'coalesce(counted.' ~ part ~ '_count, 0)'
            ~ ' / cast(nullif(counted.' ~ whole ~ '_count, 0) as double)', 6
        ) }} as {{ figure }},
        {%- endfor %}
        medians.median_hours_to_action
    from counted
    left join medians
        on
            counted.audience = medians.audience
            and counted.entry_month = medians.entry_month
            and counted.side = medians.side
)

select
    coalesce(months.audience, previous_metrics.audience) as audience,
    coalesce(months.entry_month, previous_metrics.entry_month) as entry_month,
    coalesce(months.entered_count, previous_metrics.entered_count) as entered_count,
    {%- for figure in figures %}
    coalesce(previous_metrics.{{ figure }}, entered.{{ figure }}) as {{ figure }},
    coalesce(previous_metrics.baseline_{{ figure }}, others.{{ figure }}) as baseline_{{ figure }},
    {%- endfor %}
    case
        when previous_metrics.engagement_rate is null then audiences.goal
        else previous_metrics.goal
    end as goal
from months
full outer join previous_metrics
    on
        months.audience = previous_metrics.audience
        and months.entry_month = previous_metrics.entry_month
left join measured as entered
    on
        months.audience = entered.audience
        and months.entry_month = entered.entry_month
        and entered.side = 'entered'
left join measured as others
    on
        months.audience = others.audience
        and months.entry_month = others.entry_month
        and others.side = 'others'
left join audiences
    on months.audience = audiences.audience
