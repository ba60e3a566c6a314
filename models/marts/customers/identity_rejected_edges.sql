-- The record of a guard must not keep a person who asked to be erased.
with edges as (
    select * from {{ ref('int_identity__settled_edges') }}
    where rejection_reason is not null
),

erased_identifiers as (
    select * from {{ ref('int_identity__erased_identifiers') }}
)

select
    edges.left_type,
    edges.left_value,
    edges.right_type,
    edges.right_value,
    edges.rejection_reason as reason,
    edges.sources,
    edges.first_seen_at,
    edges.last_seen_at,
    edges.record_count
from edges
left join erased_identifiers as erased_left
    on
        edges.left_type = erased_left.identifier_type
        and edges.left_value = erased_left.identifier_value
left join erased_identifiers as erased_right
    on
        edges.right_type = erased_right.identifier_type
        and edges.right_value = erased_right.identifier_value
where erased_left.identifier_value is null and erased_right.identifier_value is null
