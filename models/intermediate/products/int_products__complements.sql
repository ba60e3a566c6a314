{{ config(materialized='table') }}

-- What was bought together with what, and is to be had: confidence is the share of a product's
-- orders that hold the complement too. Orders of too many products are left out, of all counts.
with orders as (
    select * from {{ ref('int_products__orders') }}
    where status = 'completed'
),

products as (
    select * from {{ ref('int_products__current') }}
    where is_available
),

sized as (
    select
        orders.*,
        count(*) over (partition by orders.source, orders.order_id) as product_count
    from orders
),

baskets as (
    select
        source,
        order_id,
        product_key
    from sized
    where product_count <= {{ setting('recommendation_order_products') }}
),

order_counts as (
    select
        product_key,
        count(*) as order_count
    from baskets
    group by product_key
),

pairs as (
    select
        baskets.product_key,
        others.product_key as complement_key,
        count(*) as order_count
    from baskets
    inner join baskets as others
        on
            baskets.source = others.source
            and baskets.order_id = others.order_id
            and baskets.product_key <> others.product_key
    group by baskets.product_key, others.product_key
    having count(*) >= {{ setting('recommendation_minimum_orders') }}
)

select
    pairs.product_key,
    pairs.complement_key,
    pairs.order_count,
    {{ rounded('pairs.order_count / cast(order_counts.order_count as double)', 6) }}
        as confidence_rate,
    products.rating,
    row_number() over (
        partition by pairs.product_key
        order by
            pairs.order_count desc,
            products.rating desc nulls last,
            pairs.complement_key asc
    ) as complement_rank
from pairs
inner join order_counts
    on pairs.product_key = order_counts.product_key
inner join products
    on pairs.complement_key = products.product_key
