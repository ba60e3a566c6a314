{{ config(materialized='table') }}

-- A customer is known by any identifier besides anonymous_ids. The newest seen stands in where no
-- profile gives one.
with living_clusters as (
    select * from {{ ref('int_identity__living_clusters') }}
    where is_known
),

ranked as (
    select
        living_clusters.*,
        row_number() over (
            partition by living_clusters.customer_id, living_clusters.identifier_type
            order by
                living_clusters.last_seen_at desc nulls last,
                living_clusters.identifier_value asc
        ) as newest_rank
    from living_clusters
)

select
    customer_id,
    min(first_seen_at) as first_seen_at,
    min_by(identifier_value, newest_rank) filter (where identifier_type = 'user_id') as user_id,
    min_by(identifier_value, newest_rank) filter (where identifier_type = 'email') as email,
    min_by(identifier_value, newest_rank) filter (where identifier_type = 'phone') as phone,
    min_by(identifier_value, newest_rank) filter (where identifier_type = 'loyalty_id')
        as loyalty_id
from ranked
group by customer_id
