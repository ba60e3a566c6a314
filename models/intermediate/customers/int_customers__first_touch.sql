{{ config(materialized='table') }}

-- The acquisition channel of the first event that carries a UTM medium.
with events as (
    select * from {{ ref('int_activity__events') }}
    where utm_medium is not null and customer_id is not null
),

acquisition_channels as (
    select * from {{ ref('acquisition_channels') }}
),

ranked as (
    select
        customer_id,
        {{ lowered('utm_medium') }} as utm_medium,
        row_number() over (
            partition by customer_id
            order by occurred_at, source, event_id
        ) as touch_rank
    from events
)

select
    ranked.customer_id,
    acquisition_channels.acquisition_channel
from ranked
inner join acquisition_channels
    on ranked.utm_medium = acquisition_channels.utm_medium
where ranked.touch_rank = 1
