-- What becomes of each audience: released as this run finds it, held as the last release left it,
-- or let through by a person as it was kept when it was held.
with audience_catalogue as (
    select * from {{ ref('stg_rollcall__audience_catalogue') }}
),

gates as (
    select
        *,
        row_number() over (partition by audience order by gate, subject) as place
    from {{ ref('int_activation__gates') }}
),

approvals as (
    select * from {{ ref('stg_rollcall__audience_approvals') }}
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
        when approvals.audience is null and gates.audience is null and not moves.has_history
            then 'first_release'
        else gates.gate
    end as reason,
    approvals.approved_by
from audience_catalogue
left join gates
    on
        audience_catalogue.audience = gates.audience
        and gates.place = 1
left join approvals
    on audience_catalogue.audience = approvals.audience
left join moves
    on audience_catalogue.audience = moves.audience
