{{ config(materialized='table') }}

with customer_days as (
    select * from {{ ref('int_activity__customer_days') }}
    where is_profiled
),

event_sessions as (
    select * from {{ ref('int_activity__sessions') }}
    where customer_id is not null
),

days as (
    select
        customer_id,
        cast(sum(event_count) as bigint) as event_count,
        min(first_at) as first_event_at,
        max(last_at) as last_event_at,
        count(distinct activity_date) filter (
            where last_at >= {{ days_before_as_of(7) }}
        ) as active_days_7_days,
        count(distinct activity_date) filter (
            where last_at >= {{ days_before_as_of(14) }} and first_at < {{ days_before_as_of(7) }}
        ) as active_days_previous_7_days,
        count(distinct activity_date) filter (
            where last_at >= {{ days_before_as_of(28) }}
        ) as active_days_28_days,
        count(distinct activity_date) filter (
            where last_at >= {{ days_before_as_of(90) }}
        ) as active_days_90_days
    from customer_days
    group by customer_id
),

session_counts as (
    select
        customer_id,
        count(*) as session_count,
        count(*) filter (
            where started_at >= {{ days_before_as_of(7) }}
        ) as session_count_7_days,
        count(*) filter (
            where started_at >= {{ days_before_as_of(28) }}
        ) as session_count_28_days,
        count(*) filter (
            where started_at >= {{ days_before_as_of(90) }}
        ) as session_count_90_days
    from event_sessions
    group by customer_id
)

select
    days.customer_id,
    days.event_count,
    days.first_event_at,
    days.last_event_at,
    days.active_days_7_days,
    days.active_days_previous_7_days,
    coalesce(session_counts.session_count_7_days, 0) as session_count_7_days,
    days.active_days_28_days,
    coalesce(session_counts.session_count_28_days, 0) as session_count_28_days,
    days.active_days_90_days,
    coalesce(session_counts.session_count_90_days, 0) as session_count_90_days,
    coalesce(session_counts.session_count, 0) as session_count
from days
left join session_counts
    on days.customer_id = session_counts.customer_id
