-- Why identifiers are one customer. Erased people are in no cluster that lives.
with edges as (
    select * from {{ ref('int_identity__settled_edges') }}
    where rejection_reason is null
),

erased_customers as (
    select * from {{ ref('int_identity__erased_customers') }}
)

select
    edges.left_type,
    edges.left_value,
    edges.right_type,
    edges.right_value,
    edges.customer_id,
    edges.sources,
    edges.first_seen_at,
    edges.last_seen_at,
    edges.record_count
from edges
left join erased_customers
    on edges.customer_id = erased_customers.customer_id
where erased_customers.customer_id is null
