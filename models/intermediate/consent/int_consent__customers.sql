{{ config(materialized='table') }}

-- A customer has consent if at least one identifier grants and none denies.
with consent_identifiers as (
    select * from {{ ref('int_consent__identifiers') }}
),

living_clusters as (
    select * from {{ ref('int_identity__living_clusters') }}
)

select
    living_clusters.customer_id,
    consent_identifiers.purpose,
    min(case when consent_identifiers.is_granted then 1 else 0 end) = 1 as is_granted
from living_clusters
inner join consent_identifiers
    on
        living_clusters.identifier_type = consent_identifiers.identifier_type
        and living_clusters.identifier_value = consent_identifiers.identifier_value
group by living_clusters.customer_id, consent_identifiers.purpose
