-- What this run would change in each audience against the members of the last release, and what the
-- releases of the last days did; of what is not exported only as long as it still has members. Who
-- entered an audience that was empty changed nothing that there was, and what a person has let
-- through is settled: neither counts.
with known_audiences as (
    select * from {{ ref('int_rollcall__audiences') }}
),

candidates as (
    select * from {{ ref('int_activation__qualified') }}
    where exclusion_reason is null
),

previous_members as (
    select * from {{ ref('int_activation__previous_members') }}
),

history as (
    select * from {{ ref('stg_previous_release__audience_release_history') }}
),

compared as (
    select
        coalesce(candidates.audience, previous_members.audience) as audience,
        count(previous_members.customer_id) as previous_count,
        count(candidates.customer_id) as candidate_count,
        count(*) filter (where previous_members.customer_id is null) as entered_count,
        count(*) filter (where candidates.customer_id is null) as exited_count
    from candidates
    full outer join previous_members
        on
            candidates.audience = previous_members.audience
            and candidates.customer_id = previous_members.customer_id
    group by coalesce(candidates.audience, previous_members.audience)
),

settled as (
    select
        audience,
        max(release_id) filter (
            where exited_count = 0 and entered_count = member_count
        ) as filled_release_id,
        max(release_id) filter (where status = 'approved') as approved_release_id,
        max(release_id) filter (where status <> 'held') as whole_release_id
    from history
    group by audience
),

recent as (
    select
        history.audience,
        cast(sum(
            case
                when
                    history.released_as_of
                    >= {{ days_before_as_of(setting('audience_hold_days')) }}
                    and history.release_id > coalesce(settled.filled_release_id, '')
                    and history.release_id > coalesce(settled.approved_release_id, '')
                    then history.entered_count + history.exited_count
            end
        ) as bigint) as changed_count,
        max(
            case
                when history.release_id = settled.whole_release_id then history.definition_hash
            end
        ) as released_hash
    from history
    inner join settled
        on history.audience = settled.audience
    group by history.audience
)

select
    known_audiences.audience,
    recent.audience is not null as has_history,
    coalesce(compared.previous_count, 0) as previous_count,
    coalesce(compared.candidate_count, 0) as candidate_count,
    coalesce(compared.entered_count, 0) + coalesce(compared.exited_count, 0) as changed_count,
    coalesce(compared.entered_count, 0)
    + coalesce(compared.exited_count, 0)
    + coalesce(recent.changed_count, 0) as recently_changed_count,
    coalesce(recent.released_hash <> known_audiences.definition_hash, false)
        as is_defined_anew
from known_audiences
left join compared
    on known_audiences.audience = compared.audience
left join recent
    on known_audiences.audience = recent.audience
where known_audiences.purpose <> 'none' or compared.previous_count > 0
