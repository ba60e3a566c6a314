{{ config(materialized='table') }}

-- The feature that a customer should use next: of those that do not count for the state now, the
-- one that most others took up right after the feature which this customer took up last; of as
-- many, the one that most use, then by name. What nobody ever used, nothing speaks for.
with profiled as (
    select * from {{ ref('int_customers__profiled') }}
),

adoptions as (
    select * from {{ ref('int_engagement__adoptions') }}
),

used_features as (
    select * from {{ ref('int_engagement__used_features') }}
    where is_used
),

followers as (
    select
        coalesce(previous_feature, '') as previous_feature,
        feature,
        count(*) as peer_count
    from adoptions
    group by previous_feature, feature
),

adopters as (
    select
        feature,
        count(*) as adopter_count
    from adoptions
    group by feature
),

latest as (
    select
        profiled.customer_id,
        coalesce(adoptions.feature, '') as latest_feature
    from profiled
    left join adoptions
        on
            profiled.customer_id = adoptions.customer_id
            and adoptions.is_latest
),

ranked as (
    select
        latest.customer_id,
        latest.latest_feature,
        adopters.feature,
        coalesce(followers.peer_count, 0) as peer_count,
        row_number() over (
            partition by latest.customer_id
            order by
                followers.peer_count desc nulls last,
                adopters.adopter_count desc,
                adopters.feature asc
        ) as feature_rank
    from latest
    cross join adopters
    left join used_features
        on
            latest.customer_id = used_features.customer_id
            and adopters.feature = used_features.feature
    left join followers
        on
            latest.latest_feature = followers.previous_feature
            and adopters.feature = followers.feature
    where used_features.feature is null
)

select
    customer_id,
    nullif(latest_feature, '') as latest_feature,
    feature as next_feature,
    peer_count
from ranked
where feature_rank = 1
