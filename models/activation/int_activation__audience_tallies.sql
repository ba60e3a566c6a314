-- How many came to each outcome: of those who entered, and of everyone else. Each one who entered
-- is held against all known customers who were in the audience at no time of that month, measured
-- from the same moment, so a moment at which many entered counts as often.
with entries as (
    select * from {{ ref('int_activation__audience_entries') }}
    where is_response_due or is_retention_due
),

stays as (
    select * from {{ ref('int_activation__audience_stays') }}
),

outcomes as (
    select * from {{ ref('int_activation__audience_outcomes') }}
),

cohorts as (
    select
        audience,
        entry_month,
        entered_at as measured_at,
        starts_at,
        ends_at,
        count(*) as entered_count
    from entries
    group by audience, entry_month, entered_at, starts_at, ends_at
),

entered as (
    select
        entries.audience,
        entries.entry_month,
        'entered' as side,
        outcomes.outcome,
        outcomes.hour_count,
        count(*) as customer_count
    from entries
    inner join outcomes
        on
            entries.entered_at = outcomes.measured_at
            and entries.customer_id = outcomes.customer_id
    group by entries.audience, entries.entry_month, outcomes.outcome, outcomes.hour_count
),

-- Everyone else is all less those inside: to list them by audience would be many times as many.
totals as (
    select
        measured_at,
        outcome,
        hour_count,
        count(*) as customer_count
    from outcomes
    group by measured_at, outcome, hour_count
),

insiders as (
    select distinct
        cohorts.audience,
        cohorts.measured_at,
        stays.customer_id
    from cohorts
    inner join stays
        on
            cohorts.audience = stays.audience
            and cohorts.ends_at > stays.entered_at
            and cohorts.starts_at < stays.exited_at
),

inside as (
    select
        insiders.audience,
        insiders.measured_at,
        outcomes.outcome,
        outcomes.hour_count,
        count(*) as customer_count
    from insiders
    inner join outcomes
        on
            insiders.measured_at = outcomes.measured_at
            and insiders.customer_id = outcomes.customer_id
    group by
        insiders.audience, insiders.measured_at, outcomes.outcome, outcomes.hour_count
),

others as (
    select
        cohorts.audience,
        cohorts.entry_month,
        'others' as side,
        totals.outcome,
        totals.hour_count,
        sum(
            cohorts.entered_count * (totals.customer_count - coalesce(inside.customer_count, 0))
        ) as customer_count
    from cohorts
    inner join totals
        on cohorts.measured_at = totals.measured_at
    left join inside
        on
            cohorts.audience = inside.audience
            and cohorts.measured_at = inside.measured_at
            and totals.outcome = inside.outcome
            and totals.hour_count = inside.hour_count
    group by cohorts.audience, cohorts.entry_month, totals.outcome, totals.hour_count
),

sides as (
    select * from entered
    union all
    select * from others
),

months as (
    select distinct
        audience,
        entry_month,
        is_response_due,
        is_retention_due
    from entries
)

select
    sides.audience,
    sides.entry_month,
    sides.side,
    sides.outcome,
    sides.hour_count,
    cast(sides.customer_count as bigint) as customer_count
from sides
inner join months
    on
        sides.audience = months.audience
        and sides.entry_month = months.entry_month
-- Of a window that is still open nothing is told, nor twice of one that is over.
where
    case
        when sides.outcome in ('followed', 'returned') then months.is_retention_due
        else months.is_response_due
    end
