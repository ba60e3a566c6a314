-- The audiences that a run answers for: those of the project, and those whose members the last
-- release gave to its readers and that the project has no more, which have no purpose any longer.
with audience_catalogue as (
    select * from {{ ref('stg_rollcall__audience_catalogue') }}
),

previous_audiences as (
    select * from {{ ref('stg_previous_release__audiences') }}
),

previously_filled as (
    select audience from {{ ref('stg_previous_release__audience_memberships') }}
    group by audience
)

select
    audience,
    owner,
    purpose,
    priority,
    tier,
    campaign,
    goal,
    is_suppression,
    description,
    definition_hash,
    defined_at,
    defined_by,
    hold_change_rate,
    hold_change_count,
    hold_days_change_rate
from audience_catalogue
union all
select
    previous_audiences.audience,
    previous_audiences.owner,
    'none' as purpose,
    previous_audiences.priority,
    previous_audiences.tier,
    previous_audiences.campaign,
    previous_audiences.goal,
    previous_audiences.is_suppression,
    previous_audiences.description,
    previous_audiences.definition_hash,
    previous_audiences.defined_at,
    previous_audiences.defined_by,
    cast(null as double) as hold_change_rate,
    cast(null as integer) as hold_change_count,
    cast(null as double) as hold_days_change_rate
from previous_audiences
inner join previously_filled
    on previous_audiences.audience = previously_filled.audience
left join audience_catalogue
    on previous_audiences.audience = audience_catalogue.audience
where audience_catalogue.audience is null
