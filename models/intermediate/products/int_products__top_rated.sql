{{ config(materialized='table') }}

-- The best rated products that can be had of the category that a customer viewed most, and that
-- the customer does not own. So many of a category are looked at as the customer can have bought.
with events as (
    select * from {{ ref('int_activity__events') }}
    where
        event_name = 'product_viewed'
        and category is not null
        and occurred_at >= {{ days_before_as_of(setting('recommendation_view_days')) }}
),

profiled as (
    select * from {{ ref('int_customers__profiled') }}
),

bought as (
    select * from {{ ref('int_products__bought') }}
),

products as (
    select * from {{ ref('int_products__current') }}
    where is_available and rating is not null
),

viewed as (
    select
        events.customer_id,
        {{ in_namespace_of('events.source', 'events.category') }} as category_key,
        count(*) as view_count,
        max(events.occurred_at) as last_viewed_at
    from events
    inner join profiled
        on events.customer_id = profiled.customer_id
    group by
        events.customer_id,
        {{ in_namespace_of('events.source', 'events.category') }}
),

favourites as (
    select
        viewed.customer_id,
        viewed.category_key,
        row_number() over (
            partition by viewed.customer_id
            order by
                viewed.view_count desc,
                viewed.last_viewed_at desc,
                viewed.category_key asc
        ) as category_rank
    from viewed
),

bought_counts as (
    select
        customer_id,
        count(*) as product_count
    from bought
    group by customer_id
),

ranked_products as (
    select
        products.*,
        row_number() over (
            partition by products.category_key
            order by products.rating desc, products.product_key asc
        ) as rating_rank
    from products
),

eligible as (
    select
        favourites.customer_id,
        ranked_products.product_key,
        row_number() over (
            partition by favourites.customer_id
            order by ranked_products.rating_rank asc
        ) as reason_rank
    from favourites
    inner join ranked_products
        on favourites.category_key = ranked_products.category_key
    left join bought_counts
        on favourites.customer_id = bought_counts.customer_id
    left join bought
        on
            favourites.customer_id = bought.customer_id
            and ranked_products.product_key = bought.product_key
            and bought.is_owned
    where
        favourites.category_rank = 1
        and ranked_products.rating_rank
        <= {{ setting('recommendation_ranks') }} + coalesce(bought_counts.product_count, 0)
        and bought.customer_id is null
)

select
    customer_id,
    product_key,
    reason_rank
from eligible
where reason_rank <= {{ setting('recommendation_ranks') }}
