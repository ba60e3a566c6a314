{{ config(materialized='table') }}

-- What a cohort can be entered by: the first order, with its band of worth; the first thing done at
-- all; the first feature used; and each engagement state, when it was first reached.
with customer_days as (
    select * from {{ ref('int_activity__customer_days') }}
    where is_profiled
),

orders as (
    select orders.*
    from {{ ref('int_activity__orders') }} as orders
    inner join {{ ref('int_customers__profiled') }} as profiled
        on orders.customer_id = profiled.customer_id
    where orders.status = 'completed'
),

bands as (
    select
        order_value_band,
        minimum_amount,
        lead(minimum_amount) over (order by minimum_amount) as next_minimum_amount
    from {{ ref('order_value_bands') }}
),

adoptions as (
    select * from {{ ref('int_engagement__adoptions') }}
    where previous_feature is null
),

state_intervals as (
    select * from {{ ref('int_engagement__state_intervals') }}
    -- Measured at as_of, it is not reached before.
    where valid_from < {{ as_of() }}
),

states as (
    select * from {{ ref('engagement_state_rules') }}
),

ranked_orders as (
    select
        orders.*,
        row_number() over (
            partition by orders.customer_id
            order by orders.ordered_at, orders.source, orders.order_id
        ) as order_rank
    from orders
),

first_orders as (
    select
        ranked_orders.customer_id,
        ranked_orders.ordered_at as entered_at,
        bands.order_value_band
    from ranked_orders
    left join bands
        on
            ranked_orders.net_amount >= bands.minimum_amount
            and (
                bands.next_minimum_amount is null
                or ranked_orders.net_amount < bands.next_minimum_amount
            )
    where ranked_orders.order_rank = 1
),

first_activities as (
    select
        customer_id,
        min(active_at) as entered_at
    from (
        select
            customer_id,
            first_at as active_at
        from customer_days
        union all
        select
            customer_id,
            entered_at as active_at
        from first_orders
    ) as activity
    group by customer_id
)

select
    customer_id,
    'first_order' as entered_by,
    order_value_band as entry_group,
    entered_at
from first_orders
union all
select
    customer_id,
    'first_activity' as entered_by,
    cast(null as {{ dbt.type_string() }}) as entry_group,
    entered_at
from first_activities
union all
select
    customer_id,
    'first_feature' as entered_by,
    feature as entry_group,
    adopted_at as entered_at
from adoptions
union all
select
    state_intervals.customer_id,
    'state_reached' as entered_by,
    state_intervals.engagement_state as entry_group,
    min(state_intervals.valid_from) as entered_at
from state_intervals
inner join states
    on state_intervals.engagement_state = states.engagement_state
group by state_intervals.customer_id, state_intervals.engagement_state
