-- The record of a cut must not keep a person who asked to be erased.
with cut_outcomes as (
    select * from {{ ref('int_identity__cut_outcomes') }}
),

erased_identifiers as (
    select * from {{ ref('int_identity__erased_identifiers') }}
)

select
    cut_outcomes.source,
    cut_outcomes.cut_id,
    cut_outcomes.requested_at,
    cut_outcomes.left_type,
    cut_outcomes.left_value,
    cut_outcomes.right_type,
    cut_outcomes.right_value,
    cut_outcomes.outcome
from cut_outcomes
left join erased_identifiers as erased_left
    on
        cut_outcomes.left_type = erased_left.identifier_type
        and cut_outcomes.left_value = erased_left.identifier_value
left join erased_identifiers as erased_right
    on
        cut_outcomes.right_type = erased_right.identifier_type
        and cut_outcomes.right_value = erased_right.identifier_value
where erased_left.identifier_value is null and erased_right.identifier_value is null
