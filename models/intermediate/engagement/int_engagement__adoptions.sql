-- In which order a customer came to use features: each with the one before it, null for the first.
with used_features as (
    select * from {{ ref('int_engagement__used_features') }}
    where kind = 'usage'
)

select
    customer_id,
    feature,
    first_at as adopted_at,
    lag(feature) over (partition by customer_id order by first_at, feature) as previous_feature,
    row_number() over (partition by customer_id order by first_at desc, feature desc) = 1
        as is_latest
from used_features
