{%- set interval = setting('lifecycle_interval') -%}

-- Each customer in each interval in which they were active, or the one before.
with customer_days as (
    select * from {{ ref('int_activity__customer_days') }}
    where is_profiled
),

active as (
    select
        customer_id,
        cast(date_trunc('{{ interval }}', cast(activity_date as timestamp)) as timestamp)
            as interval_start_at
    from customer_days
    group by
        customer_id,
        cast(date_trunc('{{ interval }}', cast(activity_date as timestamp)) as timestamp)
),

neighbours as (
    select
        customer_id,
        interval_start_at,
        interval_start_at + interval '1' {{ interval }} as next_start_at,
        lag(interval_start_at) over by_time as last_active_start_at,
        lead(interval_start_at) over by_time as next_active_start_at
    from active
    window by_time as (partition by customer_id order by interval_start_at)
)

select
    customer_id,
    interval_start_at,
    case
        when last_active_start_at is null then 'new'
        when last_active_start_at + interval '1' {{ interval }} = interval_start_at
            then 'returning'
        else 'resurrecting'
    end as lifecycle
from neighbours
union all
select
    customer_id,
    next_start_at as interval_start_at,
    'dormant' as lifecycle
from neighbours
where
    (next_active_start_at is null or next_active_start_at <> next_start_at)
    and next_start_at < {{ as_of() }}
