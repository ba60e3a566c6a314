{{ config(materialized='table') }}

-- Each feature that a customer ever used, and whether it counts: in the window that ends at as_of,
-- in the one before it, and, of what is set up once, at all.
with feature_days as (
    select * from {{ ref('int_engagement__feature_days') }}
)

select
    customer_id,
    feature,
    kind,
    kind = 'setup' as is_set_up,
    kind = 'usage' and sum(window_use_count) >= {{ setting('feature_minimum_uses') }}
        as is_used,
    kind = 'usage' and sum(previous_window_use_count) >= {{ setting('feature_minimum_uses') }}
        as was_used_before,
    min(first_at) as first_at,
    max(last_at) as last_at
from feature_days
group by customer_id, feature, kind
