{{ config(enabled=source_is_on('shop')) }}

with accounts as (
    select * from {{ ref('stg_shop__accounts') }}
)

select
    accounts.account_id as profile_id,
    accounts.user_id,
    accounts.email,
    accounts.phone,
    accounts.loyalty_id,
    accounts.first_name,
    accounts.last_name,
    accounts.city,
    accounts.country,
    accounts.registered_at as created_at,
    accounts.updated_at,
    accounts.is_closed as is_deleted
from accounts
