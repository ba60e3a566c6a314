{{ config(materialized='table') }}

-- What others bought together with what a customer owns, the surest complement first. A customer's
-- own orders speak for nothing: what they bought once and sent back is not recommended by them.
with bought as (
    select * from {{ ref('int_products__bought') }}
),

complements as (
    select * from {{ ref('int_products__complements') }}
),

orders as (
    select * from {{ ref('int_products__orders') }}
    where status = 'completed'
),

counted_bought as (
    select
        bought.*,
        count(*) over (partition by bought.customer_id) - 1 as other_product_count
    from bought
),

-- A customer's best are among so many of each product: no more can be taken off as bought.
candidates as (
    select
        bases.customer_id,
        bases.product_key as basis_key,
        complements.complement_key as product_key,
        complements.order_count,
        complements.confidence_rate,
        complements.rating
    from counted_bought as bases
    inner join complements
        on bases.product_key = complements.product_key
    left join bought as owned
        on
            bases.customer_id = owned.customer_id
            and complements.complement_key = owned.product_key
            and owned.is_owned
    where
        bases.is_owned
        and owned.customer_id is null
        and complements.complement_rank
        <= {{ setting('recommendation_ranks') }} + bases.other_product_count
),

own_orders as (
    select
        candidates.customer_id,
        candidates.basis_key,
        candidates.product_key,
        count(*) as order_count
    from candidates
    inner join orders as basis_orders
        on
            candidates.customer_id = basis_orders.customer_id
            and candidates.basis_key = basis_orders.product_key
    inner join orders as product_orders
        on
            basis_orders.source = product_orders.source
            and basis_orders.order_id = product_orders.order_id
            and candidates.product_key = product_orders.product_key
    group by candidates.customer_id, candidates.basis_key, candidates.product_key
),

counted as (
    select
        candidates.customer_id,
        candidates.basis_key,
        candidates.product_key,
        candidates.confidence_rate,
        candidates.rating,
        candidates.order_count - coalesce(own_orders.order_count, 0) as order_count
    from candidates
    left join own_orders
        on
            candidates.customer_id = own_orders.customer_id
            and candidates.basis_key = own_orders.basis_key
            and candidates.product_key = own_orders.product_key
),

surest as (
    select
        counted.*,
        row_number() over (
            partition by counted.customer_id, counted.product_key
            order by
                counted.confidence_rate desc,
                counted.order_count desc,
                counted.basis_key asc
        ) as basis_rank
    from counted
    where counted.order_count >= {{ setting('recommendation_minimum_orders') }}
),

ranked as (
    select
        surest.*,
        row_number() over (
            partition by surest.customer_id
            order by
                surest.confidence_rate desc,
                surest.order_count desc,
                surest.rating desc nulls last,
                surest.product_key asc
        ) as reason_rank
    from surest
    where surest.basis_rank = 1
)

select
    customer_id,
    product_key,
    basis_key,
    order_count,
    confidence_rate,
    reason_rank
from ranked
where reason_rank <= {{ setting('recommendation_ranks') }}
