-- Never pruned: what every release did to every audience.
with audiences as (
    select * from {{ ref('audiences') }}
),

changes as (
    select
        coalesce(memberships.audience, previous_members.audience) as audience,
        count(*) filter (where previous_members.customer_id is null) as entered_count,
        count(*) filter (where memberships.customer_id is null) as exited_count
    from {{ ref('audience_memberships') }} as memberships
    full outer join {{ ref('int_activation__previous_members') }} as previous_members
        on
            memberships.audience = previous_members.audience
            and memberships.customer_id = previous_members.customer_id
    group by coalesce(memberships.audience, previous_members.audience)
),

previous_history as (
    select * from {{ ref('stg_previous_release__audience_release_history') }}
)

select
    '{{ of_this_run('release_id') }}' as release_id,
    {{ as_of() }} as released_as_of,
    audiences.audience,
    audiences.qualified_count,
    audiences.member_count,
    coalesce(changes.entered_count, 0) as entered_count,
    coalesce(changes.exited_count, 0) as exited_count,
    audiences.definition_hash,
    audiences.defined_by,
    audiences.status,
    audiences.reason,
    audiences.approved_by
from audiences
left join changes
    on audiences.audience = changes.audience
union all
select
    release_id,
    released_as_of,
    audience,
    qualified_count,
    member_count,
    entered_count,
    exited_count,
    definition_hash,
    defined_by,
    status,
    reason,
    approved_by
from previous_history
