{{ config(materialized='table') }}

-- What a customer looked at, by category. A view without a category says nothing of interest.
with events as (
    select * from {{ ref('int_activity__events') }}
    where event_name = 'product_viewed' and category is not null and customer_id is not null
),

categories as (
    select
        customer_id,
        category,
        max(occurred_at) as last_viewed_at,
        count(*) filter (where occurred_at >= {{ days_before_as_of(7) }}) as view_count_7_days
    from events
    group by customer_id, category
),

ranked as (
    select
        categories.*,
        row_number() over (
            partition by categories.customer_id
            order by categories.last_viewed_at desc, categories.category asc
        ) as recency_rank
    from categories
)

select
    customer_id,
    max(case when recency_rank = 1 then category end) as last_browsed_category,
    max(last_viewed_at) as last_browsed_at,
    max(view_count_7_days) as top_category_view_count_7_days
from ranked
group by customer_id
