{{ config(enabled=source_is_on('foodie_fi')) }}

with subscriptions as (
    select * from {{ ref('stg_foodie_fi__subscriptions') }}
)

select
    customer_number as profile_id,
    customer_number as user_id,
    min(started_at) as created_at,
    min(started_at) as updated_at
from subscriptions
group by customer_number
