-- What becomes of each audience: released as this run finds it, held as the last release left it,
-- or let through by a person as it was kept when it was held. Nobody lets it through while nobody
-- knows who has said no since, nor needs to where nothing holds it any more.
with known_audiences as (
    select * from {{ ref('int_rollcall__audiences') }}
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

previous_audiences as (
    select * from {{ ref('stg_previous_release__audiences') }}
),

-- Of an audience that was exported no more nobody was kept: put back, it is judged by what it is.
let_through as (
    select
        approvals.audience,
        approvals.approved_by
    from {{ ref('stg_rollcall__audience_approvals') }} as approvals
    inner join gates
        on
            approvals.audience = gates.audience
            and gates.place = 1
    left join without_consent
        on approvals.audience = without_consent.audience
    left join previous_audiences
        on approvals.audience = previous_audiences.audience
    where
        without_consent.audience is null
        and (gates.gate = 'withdrawn' or coalesce(previous_audiences.reason, '') <> 'withdrawn')
),

moves as (
    select * from {{ ref('int_activation__audience_moves') }}
)

select
    known_audiences.audience,
    case
        when let_through.audience is not null then 'approved'
        when gates.audience is not null then 'held'
        else 'released'
    end as status,
    case
        when gates.audience is null and not moves.has_history then 'first_release'
        else gates.gate
    end as reason,
    let_through.approved_by,
    known_audiences.purpose <> 'none' and without_consent.audience is null as is_sendable
from known_audiences
left join gates
    on
        known_audiences.audience = gates.audience
        and gates.place = 1
left join let_through
    on known_audiences.audience = let_through.audience
left join without_consent
    on known_audiences.audience = without_consent.audience
left join moves
    on known_audiences.audience = moves.audience
