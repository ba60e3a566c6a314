-- What those who entered an audience did then, against everyone else. A figure is told once, in the
-- first release after its window is over for all who entered in the month, and stands from then on.
{%- set sides = {'entered': '', 'others': 'baseline_'} %}
{%- set rates = {
    'engagement_rate': ("'engaged'", "'known'"),
    'repeat_purchase_rate': ("'bought_again'", "'bought_before'"),
    'conversion_rate': ("'goal ' || audiences.goal", "'known'"),
    'retention_rate': ("'returned'", "'known'"),
} %}
{%- set due = {
    'retention_rate': 'months.is_retention_due',
    'conversion_rate': 'months.is_response_due and months.goal is not null',
    'other': 'months.is_response_due',
} %}

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
        entries.audience,
        entries.entry_month,
        audiences.goal,
        entries.is_response_due,
        entries.is_retention_due,
        count(*) as entered_count
    from entries
    left join audiences
        on entries.audience = audiences.audience
    group by
        entries.audience,
        entries.entry_month,
        audiences.goal,
        entries.is_response_due,
        entries.is_retention_due
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
        min(hour_count) as median_hours
    from running
    where reached_count * 2 >= all_count
    group by audience, entry_month, side
),

shares as (
    select
        tallies.audience,
        tallies.entry_month,
        {%- for side, prefix in sides.items() %}
        {%- for rate, (outcome, base) in rates.items() %}
        coalesce(sum(tallies.customer_count) filter (
            where tallies.side = '{{ side }}' and tallies.outcome = {{ outcome }}
        ), 0)
        / cast(nullif(sum(tallies.customer_count) filter (
            where tallies.side = '{{ side }}' and tallies.outcome = {{ base }}
        ), 0) as double) as {{ prefix }}{{ rate }},
        {%- endfor %}
        {%- endfor %}
        max(audiences.goal) as goal
    from tallies
    left join audiences
        on tallies.audience = audiences.audience
    group by tallies.audience, tallies.entry_month
)

select
    coalesce(months.audience, previous_metrics.audience) as audience,
    coalesce(months.entry_month, previous_metrics.entry_month) as entry_month,
    coalesce(months.entered_count, previous_metrics.entered_count) as entered_count,
    {%- for side, prefix in sides.items() %}
    {%- for rate in rates %}
    coalesce(
        {{ 'previous_metrics.' ~ prefix ~ rate }},
        case
            when {{ due.get(rate, due.other) }} then {{ rounded('shares.' ~ prefix ~ rate, 6) }}
        end
    ) as {{ prefix ~ rate }},
    {%- endfor %}
    coalesce(
        {{ 'previous_metrics.' ~ prefix ~ 'median_hours_to_action' }},
        case when months.is_response_due then medians_{{ side }}.median_hours end
    ) as {{ prefix ~ 'median_hours_to_action' }},
    {%- endfor %}
    case
        when previous_metrics.engagement_rate is null then months.goal else previous_metrics.goal
    end as goal
from months
full outer join previous_metrics
    on
        months.audience = previous_metrics.audience
        and months.entry_month = previous_metrics.entry_month
left join shares
    on
        months.audience = shares.audience
        and months.entry_month = shares.entry_month
{%- for side in sides %}
left join medians as medians_{{ side }}
    on
        months.audience = medians_{{ side }}.audience
        and months.entry_month = medians_{{ side }}.entry_month
        and medians_{{ side }}.side = '{{ side }}'
{%- endfor %}
