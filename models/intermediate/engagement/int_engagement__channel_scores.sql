{{ config(materialized='table') }}

-- How active a customer is in a channel, held against all who are active in it: the share, in per
-- cent, who are no more active. A day counts less with its age, half after the half-life.
{%- set age = days_between_dates('channel_days.activity_date', 'cast(' ~ as_of() ~ ' as date)') %}

with channel_days as (
    select * from {{ ref('int_engagement__channel_days') }}
),

channels as (
    select * from {{ ref('engagement_channels') }}
),

profiled as (
    select * from {{ ref('int_customers__profiled') }}
),

activity as (
    select
        channel_days.customer_id,
        channel_days.channel,
        channels.weight,
        -- Decimals, which add up to the same in any order.
        sum(cast(
            {{ rounded('pow(0.5, ' ~ age ~ ' / channels.half_life_days)', 9) }} as decimal(18, 9)
        )) as active_days
    from channel_days
    inner join channels
        on channel_days.channel = channels.channel
    inner join profiled
        on channel_days.customer_id = profiled.customer_id
    group by channel_days.customer_id, channel_days.channel, channels.weight
)

select
    customer_id,
    channel,
    weight,
    {{ rounded('100 * cume_dist() over (partition by channel order by active_days)', 2) }}
        as channel_score
from activity
