-- What is held has the purpose that its members said yes to, and what a person let through the
-- definition that they were kept by, whatever the project says by now.
with known_audiences as (
    select * from {{ ref('int_rollcall__audiences') }}
),

qualified as (
    select * from {{ ref('int_activation__qualified') }}
),

memberships as (
    select * from {{ ref('audience_memberships') }}
),

verdicts as (
    select * from {{ ref('int_activation__verdicts') }}
),

counts as (
    select
        coalesce(qualified.audience, memberships.audience) as audience,
        count(qualified.customer_id) as qualified_count,
        count(memberships.customer_id) as member_count,
        max(memberships.purpose) as member_purpose,
        max(memberships.definition_hash) as member_definition_hash,
        count(*) filter (where qualified.customer_id is null) as carried_count
    from qualified
    full outer join memberships
        on
            qualified.audience = memberships.audience
            and qualified.customer_id = memberships.customer_id
    group by coalesce(qualified.audience, memberships.audience)
)

select
    known_audiences.audience,
    known_audiences.owner,
    coalesce(counts.member_purpose, known_audiences.purpose) as purpose,
    known_audiences.priority,
    known_audiences.tier,
    known_audiences.campaign,
    known_audiences.goal,
    known_audiences.is_suppression,
    known_audiences.description,
    case
        when verdicts.status = 'approved'
            then coalesce(counts.member_definition_hash, known_audiences.definition_hash)
        else known_audiences.definition_hash
    end as definition_hash,
    known_audiences.defined_at,
    known_audiences.defined_by,
    coalesce(counts.qualified_count, 0) as qualified_count,
    coalesce(counts.member_count, 0) as member_count,
    coalesce(counts.carried_count, 0) as carried_count,
    verdicts.status,
    verdicts.reason,
    verdicts.approved_by,
    verdicts.is_sendable
from known_audiences
inner join verdicts
    on known_audiences.audience = verdicts.audience
left join counts
    on known_audiences.audience = counts.audience
