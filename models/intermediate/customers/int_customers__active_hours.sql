{{ config(materialized='table') }}

-- The hour of their own day in which customers do most.
with moments as (
    select * from {{ ref('int_traits__moments') }}
    where is_activity and occurred_at >= {{ days_before_as_of(setting('preferred_hour_days')) }}
),

hours as (
    select
        customer_id,
        local_hour,
        count(*) as moment_count,
        max(occurred_at) as last_at
    from moments
    group by customer_id, local_hour
),

ranked as (
    select
        customer_id,
        local_hour,
        row_number() over (
            partition by customer_id
            order by moment_count desc, last_at desc, local_hour asc
        ) as hour_rank
    from hours
)

select
    customer_id,
    cast(local_hour as bigint) as preferred_hour
from ranked
where hour_rank = 1
