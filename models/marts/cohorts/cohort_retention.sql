-- Of a cohort, who came back in each later month. A month that as_of cuts off has no figure yet.
with active_months as (
    select * from {{ ref('int_customers__active_months') }}
),

cohorts as (
    select * from {{ ref('cohorts') }}
),

months as (
    select active_month
    from active_months
    group by active_month
    union
    select {{ month_of(as_of()) }} as active_month
),

first_months as (
    select
        customer_id,
        cohort_type,
        min(active_month) as cohort_month
    from active_months
    group by customer_id, cohort_type
),

returned as (
    select
        first_months.cohort_type,
        first_months.cohort_month,
        active_months.active_month,
        count(*) as customer_count
    from first_months
    inner join active_months
        on
            first_months.customer_id = active_months.customer_id
            and first_months.cohort_type = active_months.cohort_type
    group by first_months.cohort_type, first_months.cohort_month, active_months.active_month
),

periods as (
    select
        cohorts.cohort_id,
        cohorts.cohort_type,
        cohorts.cohort_month,
        cohorts.customer_count as cohort_size,
        months.active_month,
        months.active_month < {{ month_of(as_of()) }} as is_complete
    from cohorts
    inner join months
        on cohorts.cohort_month <= months.active_month
)

select
    periods.cohort_id,
    'month' as period_grain,
    'classic' as retention_type,
    {{ months_between('periods.cohort_month', 'periods.active_month') }} as period_number,
    case when periods.is_complete then coalesce(returned.customer_count, 0) end as customer_count,
    case
        when periods.is_complete
            then {{ rounded(
                'coalesce(returned.customer_count, 0) / cast(periods.cohort_size as double)', 6
            ) }}
    end as retention_rate
from periods
left join returned
    on
        periods.cohort_type = returned.cohort_type
        and periods.cohort_month = returned.cohort_month
        and periods.active_month = returned.active_month
