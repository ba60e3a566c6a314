{{ config(materialized='table', meta={'gate': 'erasure'}) }}

-- Who asked to be erased: by the id of this run, and by an id that only the last release had.
with erased_identifiers as (
    select * from {{ ref('int_identity__erased_identifiers') }}
),

clusters as (
    select * from {{ ref('int_identity__clusters') }}
),

previous_identity_map as (
    select * from {{ ref('stg_previous_release__identity_map') }}
),

erased_now as (
    select clusters.customer_id
    from clusters
    inner join erased_identifiers
        on
            clusters.identifier_type = erased_identifiers.identifier_type
            and clusters.identifier_value = erased_identifiers.identifier_value
),

erased_before as (
    select previous_identity_map.customer_id
    from previous_identity_map
    inner join erased_identifiers
        on
            previous_identity_map.identifier_type = erased_identifiers.identifier_type
            and previous_identity_map.identifier_value = erased_identifiers.identifier_value
    -- An id that somebody else goes on under is not erased with the identifier that left it.
    left join clusters
        on previous_identity_map.customer_id = clusters.customer_id
    where clusters.customer_id is null
)

select customer_id from erased_now
union
select customer_id from erased_before
