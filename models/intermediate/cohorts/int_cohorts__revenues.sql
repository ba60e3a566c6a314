-- Net revenue of a cohort's customers in each of its periods, the first one whole.
with cohorts as (
    select * from {{ ref('int_cohorts__cohorts') }}
),

memberships as (
    select * from {{ ref('int_cohorts__memberships') }}
),

orders as (
    select * from {{ ref('int_activity__orders') }}
    where status <> 'cancelled'
),

order_days as (
    select
        customer_id,
        cast(ordered_at as date) as order_date,
        sum(net_amount) as net_amount
    from orders
    group by customer_id, cast(ordered_at as date)
),

dated as (
    select
        cohorts.cohort_id,
        cohorts.period_grain,
        cohorts.period_start_date,
        {{ period_of('order_days.order_date', 'cohorts.period_grain') }} as order_period_date,
        order_days.net_amount
    from cohorts
    inner join memberships
        on cohorts.cohort_id = memberships.cohort_id
    inner join order_days
        on
            memberships.customer_id = order_days.customer_id
            and cohorts.period_start_date <= order_days.order_date
),

numbered as (
    select
        cohort_id,
        {{ periods_between('period_grain', 'period_start_date', 'order_period_date') }}
            as period_number,
        net_amount
    from dated
)

select
    cohort_id,
    period_number,
    cast(sum(net_amount) as decimal(18, 4)) as revenue_amount
from numbered
group by cohort_id, period_number
