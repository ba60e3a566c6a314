{{ config(materialized='table', meta={'gate': 'erased_identifiers'}) }}

-- All identifiers of everybody who asked to be erased, and those that they asked by.
with requested_identifiers as (
    select * from {{ ref('int_identity__requested_identifiers') }}
),

clusters as (
    select * from {{ ref('int_identity__clusters') }}
),

erased_now as (
    select clusters.customer_id
    from clusters
    inner join requested_identifiers
        on
            clusters.identifier_type = requested_identifiers.identifier_type
            and clusters.identifier_value = requested_identifiers.identifier_value
    group by clusters.customer_id
)

select
    clusters.identifier_type,
    clusters.identifier_value
from clusters
inner join erased_now
    on clusters.customer_id = erased_now.customer_id
union
select
    identifier_type,
    identifier_value
from requested_identifiers
