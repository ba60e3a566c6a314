-- What to show a customer next: the best of each behaviour by turns, no product twice.
with bought_together as (
    select * from {{ ref('int_products__bought_together') }}
),

top_rated as (
    select * from {{ ref('int_products__top_rated') }}
),

products as (
    select * from {{ ref('int_products__current') }}
),

candidates as (
    select
        customer_id,
        product_key,
        'top_rated_in_category' as reason,
        reason_rank,
        null as basis_key,
        null as order_count,
        null as confidence_rate
    from top_rated
    union all
    select
        customer_id,
        product_key,
        'bought_together' as reason,
        reason_rank,
        basis_key,
        order_count,
        confidence_rate
    from bought_together
),

first_reasons as (
    select
        candidates.*,
        row_number() over (
            partition by candidates.customer_id, candidates.product_key
            order by candidates.reason_rank asc, candidates.reason asc
        ) as product_rank
    from candidates
),

ranked as (
    select
        first_reasons.*,
        row_number() over (
            partition by first_reasons.customer_id
            order by first_reasons.reason_rank asc, first_reasons.reason asc
        ) as recommendation_rank
    from first_reasons
    where first_reasons.product_rank = 1
)

select
    ranked.customer_id,
    cast(ranked.recommendation_rank as bigint) as recommendation_rank,
    products.source as product_source,
    products.product_id,
    products.name as product_name,
    products.category,
    products.rating,
    products.price_amount,
    products.currency,
    ranked.reason,
    ranked.basis_key as basis_product_id,
    case when ranked.reason = 'top_rated_in_category' then products.category end as basis_category,
    ranked.order_count as basis_order_count,
    ranked.confidence_rate
from ranked
inner join products
    on ranked.product_key = products.product_key
where ranked.recommendation_rank <= {{ setting('recommendation_ranks') }}
