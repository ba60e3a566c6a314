-- The roll-up by customer. Events at or after as_of are not in it, so a day whose last event lies
-- in a window that ends at as_of was active in that window, edge days included. Who is
-- profiled is known and did not deny it.
with identifier_days as (
    select * from {{ ref('int_activity__identifier_days') }}
),

living_clusters as (
    select * from {{ ref('int_identity__living_clusters') }}
),

unprofiled as (
    select * from {{ ref('int_consent__unprofiled') }}
)

select
    living_clusters.customer_id,
    living_clusters.is_known and unprofiled.customer_id is null as is_profiled,
    identifier_days.activity_date,
    identifier_days.event_name,
    cast(sum(identifier_days.event_count) as bigint) as event_count,
    min(identifier_days.first_at) as first_at,
    max(identifier_days.last_at) as last_at
from identifier_days
inner join living_clusters
    on
        identifier_days.identifier_type = living_clusters.identifier_type
        and identifier_days.identifier_value = living_clusters.identifier_value
left join unprofiled
    on living_clusters.customer_id = unprofiled.customer_id
group by
    living_clusters.customer_id,
    living_clusters.is_known and unprofiled.customer_id is null,
    identifier_days.activity_date,
    identifier_days.event_name
