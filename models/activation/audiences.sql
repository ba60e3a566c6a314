with audience_catalogue as (
    select * from {{ ref('stg_rollcall__audience_catalogue') }}
),

qualified as (
    select * from {{ ref('int_activation__qualified') }}
),

counts as (
    select
        audience,
        count(*) as qualified_count,
        count(*) filter (where exclusion_reason is null) as member_count
    from qualified
    group by audience
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
    'released' as status
from audience_catalogue
left join counts
    on audience_catalogue.audience = counts.audience
