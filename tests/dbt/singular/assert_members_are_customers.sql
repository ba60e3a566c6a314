-- Every member is a known customer, but for whom a hold keeps though no source tells of them.
with members as (
    select * from {{ ref('audience_memberships') }}
),

released as (
    select * from {{ ref('audiences') }}
    where status <> 'held'
),

customers as (
    select * from {{ ref('customer_360') }}
)

select
    members.audience,
    members.customer_id
from members
inner join released
    on members.audience = released.audience
left join customers
    on members.customer_id = customers.customer_id
where customers.customer_id is null
