{{ config(enabled=source_is_on('pos')) }}

with members as (
    select * from {{ ref('stg_pos__members') }}
)

select
    members.member_id as profile_id,
    members.loyalty_id,
    members.email,
    members.phone,
    members.first_name,
    members.last_name,
    members.city,
    members.country,
    members.joined_at as created_at,
    members.updated_at
from members
