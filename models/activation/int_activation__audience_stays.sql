-- Since when and until when a customer was in an audience, by the id of now, as far as
-- audience_changes goes back. Where a bound is not told, it is one that no month reaches; whoever
-- has not left is a member.
with audience_changes as (
    select * from {{ ref('audience_changes') }}
    where action in ('entered', 'exited')
),

memberships as (
    select * from {{ ref('audience_memberships') }}
),

identity_merges as (
    select * from {{ ref('identity_merges') }}
),

changes as (
    select
        audience_changes.audience,
        coalesce(identity_merges.customer_id, audience_changes.customer_id) as customer_id,
        audience_changes.released_as_of,
        audience_changes.action
    from audience_changes
    left join identity_merges
        on audience_changes.customer_id = identity_merges.absorbed_customer_id
),

-- Of two who became one, the one's exit comes before the other's entry.
ordered as (
    select
        audience,
        customer_id,
        released_as_of,
        action,
        lead(released_as_of) over (
            partition by audience, customer_id
            order by released_as_of asc, action desc
        ) as next_at,
        row_number() over (
            partition by audience, customer_id
            order by released_as_of asc, action desc
        ) as place
    from changes
),

stays as (
    select
        audience,
        customer_id,
        released_as_of as entered_at,
        next_at as exited_at
    from ordered
    where action = 'entered'
    union all
    select
        audience,
        customer_id,
        cast('1900-01-01' as timestamp) as entered_at,
        released_as_of as exited_at
    from ordered
    where action = 'exited' and place = 1
    union all
    select
        audience,
        customer_id,
        entered_at,
        cast('9999-01-01' as timestamp) as exited_at
    from memberships
)

select
    audience,
    customer_id,
    entered_at,
    max(exited_at) as exited_at
from stays
group by audience, customer_id, entered_at
