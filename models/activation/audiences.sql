with audience_catalogue as (
    select * from {{ ref('stg_rollcall__audience_catalogue') }}
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
        count(*) filter (where qualified.customer_id is null) as carried_count
    from qualified
    full outer join memberships
        on
            qualified.audience = memberships.audience
            and qualified.customer_id = memberships.customer_id
    group by coalesce(qualified.audience, memberships.audience)
)

select
    audience_catalogue.audience,
    audience_catalogue.owner,
    audience_catalogue.purpose,
    audience_catalogue.priority,
    audience_catalogue.tier,
    audience_catalogue.campaign,
    audience_catalogue.goal,
    audience_catalogue.is_suppression,
    audience_catalogue.description,
    audience_catalogue.definition_hash,
    audience_catalogue.defined_at,
    audience_catalogue.defined_by,
    coalesce(counts.qualified_count, 0) as qualified_count,
    coalesce(counts.member_count, 0) as member_count,
    coalesce(counts.carried_count, 0) as carried_count,
    verdicts.status,
    verdicts.reason,
    verdicts.approved_by,
    verdicts.is_sendable
from audience_catalogue
inner join verdicts
    on audience_catalogue.audience = verdicts.audience
left join counts
    on audience_catalogue.audience = counts.audience
