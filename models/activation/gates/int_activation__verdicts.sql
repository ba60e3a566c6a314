-- What becomes of each audience: released as this run finds it, held as the last release left it,
-- or let through by a person as it was kept when it was held. Nobody lets it through while nobody
-- knows who has said no since.
with audience_catalogue as (
    select * from {{ ref('stg_rollcall__audience_catalogue') }}
),

gates as (
    select
        *,
        row_number() over (partition by audience order by gravity, gate) as place
    from {{ ref('int_activation__gates') }}
),

without_consent as (
    select distinct audience
    from {{ ref('int_activation__gates') }}
    where gate in ('consent_stale', 'consent_failed')
),

approvals as (
    select approvals.*
    from {{ ref('stg_rollcall__audience_approvals') }} as approvals
    left join without_consent
        on approvals.audience = without_consent.audience
    where without_consent.audience is null
),

moves as (
    select * from {{ ref('int_activation__audience_moves') }}
)

select
    audience_catalogue.audience,
    case
        when approvals.audience is not null then 'approved'
        when gates.audience is not null then 'held'
        else 'released'
    end as status,
    case
        when gates.audience is null and not moves.has_history then 'first_release'
        else gates.gate
    end as reason,
    approvals.approved_by,
    audience_catalogue.purpose <> 'none' and without_consent.audience is null as is_sendable
from audience_catalogue
left join gates
    on
        audience_catalogue.audience = gates.audience
        and gates.place = 1
left join approvals
    on audience_catalogue.audience = approvals.audience
left join without_consent
    on audience_catalogue.audience = without_consent.audience
left join moves
    on audience_catalogue.audience = moves.audience
