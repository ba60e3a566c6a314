-- Nobody with a risk marker in force is in an audience that is exported. Where markers are in force
-- and their people qualify for one, somebody was kept out: a test of nobody proves nothing.
with markers as (
    select distinct customer_id
    from {{ ref('risk_markers') }}
    where marked_at < {{ as_of() }} and in_force_until > {{ as_of() }}
),

members as (
    select
        memberships.audience,
        markers.customer_id
    from {{ ref('audience_memberships') }} as memberships
    inner join markers
        on memberships.customer_id = markers.customer_id
),

qualified as (
    select
        count(*) as qualified_count,
        count(*) filter (where qualified.exclusion_reason = 'suppressed') as excluded_count
    from {{ ref('int_activation__qualified') }} as qualified
    inner join markers
        on qualified.customer_id = markers.customer_id
    where qualified.purpose <> 'none'
)

select
    audience,
    customer_id
from members
union all
select
    'qualified ' || qualified_count || ', excluded ' || excluded_count as audience,
    null as customer_id
from qualified
where qualified_count > 0 and excluded_count <> qualified_count
