{{ config(materialized='table') }}

-- The periods in which a customer did what some cohort counts as coming back, each with the one
-- before it.
with definitions as (
    select
        comes_back_by,
        period_grain
    from {{ ref('cohort_definitions') }}
    group by comes_back_by, period_grain
),

order_days as (
    select
        orders.customer_id,
        cast(orders.ordered_at as date) as activity_date
    from {{ ref('int_activity__orders') }} as orders
    inner join {{ ref('int_customers__profiled') }} as profiled
        on orders.customer_id = profiled.customer_id
    where orders.status = 'completed'
),

event_days as (
    select
        customer_id,
        activity_date
    from {{ ref('int_activity__customer_days') }}
    where is_profiled
),

feature_days as (
    select
        customer_id,
        activity_date
    from {{ ref('int_engagement__feature_days') }}
    where kind = 'usage'
),

active_days as (
    select
        customer_id,
        'order' as comes_back_by,
        activity_date
    from order_days
    union all
    select
        customer_id,
        'activity' as comes_back_by,
        activity_date
    from order_days
    union all
    select
        customer_id,
        'activity' as comes_back_by,
        activity_date
    from event_days
    union all
    select
        customer_id,
        'feature' as comes_back_by,
        activity_date
    from feature_days
),

active_periods as (
    select distinct
        active_days.customer_id,
        active_days.comes_back_by,
        definitions.period_grain,
        {{ period_of('active_days.activity_date', 'definitions.period_grain') }}
            as period_start_date
    from active_days
    inner join definitions
        on active_days.comes_back_by = definitions.comes_back_by
)

select
    customer_id,
    comes_back_by,
    period_grain,
    period_start_date,
    lag(period_start_date) over (
        partition by customer_id, comes_back_by, period_grain order by period_start_date
    ) as previous_start_date
from active_periods
