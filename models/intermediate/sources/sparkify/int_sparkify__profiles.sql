{{ config(enabled=source_is_on('sparkify')) }}

with events as (
    select * from {{ ref('stg_sparkify__events') }}
    where user_id is not null
)

select
    user_id as profile_id,
    user_id,
    first_name,
    last_name,
    split_part(location, ',', 1) as city,
    'US' as country,
    min(registered_at) as created_at,
    max(occurred_at) as updated_at
from events
group by user_id, first_name, last_name, location
