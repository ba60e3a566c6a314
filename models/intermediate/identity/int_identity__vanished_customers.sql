{{ config(materialized='table') }}

-- The ids that the last release carried and this one does not, with the customer that holds most
-- of their identifiers now, and what became of the identifier that named them.
with previous_identity_map as (
    select * from {{ ref('stg_previous_release__identity_map') }}
),

living_clusters as (
    select * from {{ ref('int_identity__living_clusters') }}
),

living_customers as (
    select customer_id
    from living_clusters
    group by customer_id
),

vanished as (
    select
        previous_identity_map.customer_id as absorbed_customer_id,
        previous_identity_map.identifier_type,
        previous_identity_map.identifier_value,
        living_clusters.customer_id,
        {{ sha256_hex(
            id_secret() ~ " || '|' || previous_identity_map.identifier_type"
            ~ " || '|' || previous_identity_map.identifier_value"
        ) }} = previous_identity_map.customer_id as is_naming
    from previous_identity_map
    left join living_customers
        on previous_identity_map.customer_id = living_customers.customer_id
    left join living_clusters
        on
            previous_identity_map.identifier_type = living_clusters.identifier_type
            and previous_identity_map.identifier_value = living_clusters.identifier_value
    where living_customers.customer_id is null
),

successors as (
    select
        absorbed_customer_id,
        customer_id,
        row_number() over (
            partition by absorbed_customer_id
            order by count(*) desc, customer_id asc
        ) as successor_rank
    from vanished
    where customer_id is not null
    group by absorbed_customer_id, customer_id
),

names as (
    select
        absorbed_customer_id,
        identifier_type as naming_type,
        identifier_value as naming_value,
        customer_id is not null as is_named
    from vanished
    where is_naming
)

select
    successors.absorbed_customer_id,
    successors.customer_id,
    names.naming_type,
    names.naming_value,
    coalesce(names.is_named, false) as is_named
from successors
left join names
    on successors.absorbed_customer_id = names.absorbed_customer_id
where successors.successor_rank = 1
