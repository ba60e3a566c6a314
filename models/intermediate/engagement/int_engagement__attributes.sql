{{ config(materialized='table') }}

-- What customers are told apart by, where levels are compared.
with known as (
    select * from {{ ref('int_customers__known') }}
),

profile as (
    select * from {{ ref('int_customers__profile') }}
),

first_touch as (
    select * from {{ ref('int_customers__first_touch') }}
),

visits as (
    select
        customer_id,
        platform,
        row_number() over (
            partition by customer_id order by count(*) desc, max(started_at) desc, platform asc
        ) as platform_rank
    from {{ ref('int_activity__sessions') }}
    where customer_id is not null and platform is not null
    group by customer_id, platform
)

select
    known.customer_id,
    coalesce(profile.acquisition_channel, first_touch.acquisition_channel) as acquisition_channel,
    profile.country,
    profile.onboarding_intent,
    profile.onboarding_use_case,
    profile.device_os,
    profile.language,
    visits.platform
from known
left join profile
    on known.customer_id = profile.customer_id
left join first_touch
    on known.customer_id = first_touch.customer_id
left join visits
    on
        known.customer_id = visits.customer_id
        and visits.platform_rank = 1
