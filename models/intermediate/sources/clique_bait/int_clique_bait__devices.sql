{{ config(enabled=source_is_on('clique_bait')) }}

with users as (
    select * from {{ ref('stg_clique_bait__users') }}
)

select
    cookie_id as device_id,
    user_id,
    cookie_id as anonymous_id,
    started_at as updated_at
from users
