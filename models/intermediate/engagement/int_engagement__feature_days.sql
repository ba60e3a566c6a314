{{ config(materialized='table') }}

-- The features of known customers, by day; of those not who denied profiling.
with identifier_features as (
    select * from {{ ref('int_activity__identifier_features') }}
),

living_clusters as (
    select * from {{ ref('int_identity__living_clusters') }}
    where is_known
),

unprofiled as (
    select * from {{ ref('int_consent__unprofiled') }}
)

select
    living_clusters.customer_id,
    identifier_features.feature,
    identifier_features.kind,
    identifier_features.activity_date,
    cast(sum(identifier_features.use_count) as bigint) as use_count,
    cast(sum(identifier_features.window_use_count) as bigint) as window_use_count,
    cast(sum(identifier_features.previous_window_use_count) as bigint)
        as previous_window_use_count,
    min(identifier_features.first_at) as first_at,
    max(identifier_features.last_at) as last_at
from identifier_features
inner join living_clusters
    on
        identifier_features.identifier_type = living_clusters.identifier_type
        and identifier_features.identifier_value = living_clusters.identifier_value
left join unprofiled
    on living_clusters.customer_id = unprofiled.customer_id
where unprofiled.customer_id is null
group by
    living_clusters.customer_id,
    identifier_features.feature,
    identifier_features.kind,
    identifier_features.activity_date
