with living_clusters as (
    select * from {{ ref('int_identity__living_clusters') }}
)

select
    identifier_type,
    identifier_value,
    customer_id,
    is_composite_match
from living_clusters
