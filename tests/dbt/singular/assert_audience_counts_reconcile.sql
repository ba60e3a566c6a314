-- Whoever qualifies for an audience is a member of it or is counted among the excluded; of one that
-- is held there are members who do not qualify any more.
with audiences as (
    select * from {{ ref('audiences') }}
),

members as (
    select
        audience,
        count(*) as member_count
    from {{ ref('audience_memberships') }}
    group by audience
),

excluded as (
    select
        audience,
        sum(customer_count) as excluded_count
    from {{ ref('audience_exclusions') }}
    group by audience
)

select
    audiences.audience,
    audiences.qualified_count,
    audiences.carried_count,
    audiences.member_count,
    members.member_count as membership_count,
    excluded.excluded_count
from audiences
left join members
    on audiences.audience = members.audience
left join excluded
    on audiences.audience = excluded.audience
where
    audiences.member_count <> coalesce(members.member_count, 0)
    or audiences.qualified_count + audiences.carried_count
    <> coalesce(members.member_count, 0) + coalesce(excluded.excluded_count, 0)
