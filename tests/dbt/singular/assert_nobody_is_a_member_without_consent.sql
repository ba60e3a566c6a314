-- A member of an audience has an identifier that grants the audience's purpose and none that denies
-- it; of an audience that is held, none that denies it. Held against what the identifiers themselves
-- say, not against the filter that is tested.
with members as (
    select * from {{ ref('audience_memberships') }}
),

held as (
    select * from {{ ref('audiences') }}
    where status = 'held'
),

identifiers as (
    select * from {{ ref('int_identity__clusters') }}
),

stated as (
    select * from {{ ref('int_consent__identifiers') }}
)

select
    members.audience,
    members.customer_id
from members
left join held
    on members.audience = held.audience
left join identifiers
    on members.customer_id = identifiers.customer_id
left join stated
    on
        identifiers.identifier_type = stated.identifier_type
        and identifiers.identifier_value = stated.identifier_value
        and members.purpose = stated.purpose
group by members.audience, members.customer_id, held.audience
having
    (held.audience is null and count(*) filter (where stated.is_granted) = 0)
    or count(*) filter (where not stated.is_granted) > 0
