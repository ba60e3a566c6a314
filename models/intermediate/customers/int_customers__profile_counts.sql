-- Per source, how many profiles there are of how many customers.
with profiles as (
    select * from {{ ref('int_unified__profiles') }}
),

living_clusters as (
    select * from {{ ref('int_identity__living_clusters') }}
)

select
    profiles.source,
    count(*) as profile_count,
    count(distinct living_clusters.customer_id) as customer_count,
    count(*) filter (where profiles.country is null) as without_country_count
from profiles
inner join living_clusters
    on
        living_clusters.identifier_type = 'profile_id'
        and living_clusters.identifier_value = profiles.source || ':' || profiles.profile_id
group by profiles.source
