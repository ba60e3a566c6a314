{{ config(materialized='table') }}

-- The features that a customer used inside the engagement window.
with customer_days as (
    select * from {{ ref('int_activity__customer_days') }}
    where is_known
),

features as (
    select * from {{ ref('features') }}
    where kind = 'usage'
)

select
    customer_days.customer_id,
    count(distinct features.feature) as feature_count,
    {{ sorted_json_array('features.feature') }} as features
from customer_days
inner join features
    on customer_days.event_name = features.event_name
where customer_days.last_at >= {{ days_before_as_of(setting('engagement_window_days')) }}
group by customer_days.customer_id
