-- The sets of which a customer used every feature in the window; a customer may hold several.
with used_features as (
    select * from {{ ref('int_engagement__used_features') }}
    where is_used
),

feature_sets as (
    select * from {{ ref('engagement_feature_sets') }}
),

set_sizes as (
    select
        flag,
        count(*) as feature_count
    from feature_sets
    group by flag
),

used_of_sets as (
    select
        used_features.customer_id,
        feature_sets.flag,
        count(*) as feature_count
    from used_features
    inner join feature_sets
        on used_features.feature = feature_sets.feature
    group by used_features.customer_id, feature_sets.flag
)

select
    used_of_sets.customer_id,
    {{ sorted_json_array('used_of_sets.flag') }} as flags
from used_of_sets
inner join set_sizes
    on
        used_of_sets.flag = set_sizes.flag
        and used_of_sets.feature_count = set_sizes.feature_count
group by used_of_sets.customer_id
