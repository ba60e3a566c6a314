{{ config(enabled=source_is_on('clique_bait')) }}

with users as (
    select * from {{ ref('stg_clique_bait__users') }}
)

select
    user_id as profile_id,
    user_id,
    min(started_at) as created_at
from users
group by user_id
