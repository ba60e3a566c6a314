{{ config(materialized='table') }}

with clusters as (
    select * from {{ ref('int_identity__clusters') }}
),

erased_customers as (
    select * from {{ ref('int_identity__erased_customers') }}
)

select
    clusters.identifier_type,
    clusters.identifier_value,
    clusters.customer_id,
    clusters.is_known,
    clusters.is_composite_match,
    clusters.first_seen_at,
    clusters.last_seen_at
from clusters
left join erased_customers
    on clusters.customer_id = erased_customers.customer_id
where erased_customers.customer_id is null
