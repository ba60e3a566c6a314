{{ config(materialized='table') }}

{%- set windows_days = [7, 28, 90] %}

with customer_days as (
    select * from {{ ref('int_activity__customer_days') }}
    where is_known
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
        max(last_at) filter (where event_name = 'product_added') as last_cart_at
        {%- for days in windows_days %},
        count(distinct activity_date) filter (where last_at >= {{ days_before_as_of(days) }})
        as active_days_{{ days }}_days
        {%- endfor %}
    from customer_days
    group by customer_id
),

session_counts as (
    select
        customer_id,
        count(*) as session_count
        {%- for days in windows_days %},
        count(*) filter (where started_at >= {{ days_before_as_of(days) }})
        as session_count_{{ days }}_days
        {%- endfor %}
    from event_sessions
    group by customer_id
)

select
    days.customer_id,
    days.event_count,
    days.first_event_at,
    days.last_event_at,
    days.last_cart_at,
    {% for days in windows_days -%}
        days.active_days_{{ days }}_days,
        coalesce(session_counts.session_count_{{ days }}_days, 0) as session_count_{{ days }}_days,
    {% endfor -%}
    coalesce(session_counts.session_count, 0) as session_count
from days
left join session_counts
    on days.customer_id = session_counts.customer_id
