{{ config(materialized='table') }}

-- The catalogue as it is now: the newest change that says so decides price and availability, the
-- catalogue itself where none does. What nobody calls unavailable can be had.
with products as (
    select * from {{ ref('int_unified__products') }}
),

product_changes as (
    select * from {{ ref('int_unified__product_changes') }}
),

source_priorities as (
    select * from {{ ref('source_priorities') }}
),

keyed_products as (
    select
        products.*,
        {{ in_namespace_of('products.source', 'products.product_id') }} as product_key,
        {{ in_namespace_of('products.source', 'products.category') }} as category_key,
        source_priorities.priority
    from products
    left join source_priorities
        on products.source = source_priorities.source
),

ranked_products as (
    select
        keyed_products.*,
        row_number() over (
            partition by keyed_products.product_key
            order by keyed_products.priority asc nulls last, keyed_products.source asc
        ) as source_rank
    from keyed_products
),

keyed_changes as (
    select
        product_changes.*,
        {{ in_namespace_of('product_changes.source', 'product_changes.product_id') }}
            as product_key,
        source_priorities.priority
    from product_changes
    left join source_priorities
        on product_changes.source = source_priorities.source
),

ranked_changes as (
    select
        keyed_changes.*,
        row_number() over (
            partition by keyed_changes.product_key
            order by
                keyed_changes.changed_at desc,
                keyed_changes.priority asc nulls last,
                keyed_changes.source asc
        ) as change_rank
    from keyed_changes
),

latest_changes as (
    select
        product_key,
        {{ first_non_null('is_available', 'change_rank') }} as is_available,
        {{ first_non_null('price_amount', 'change_rank') }} as price_amount,
        {{ first_non_null('case when price_amount is not null then currency end', 'change_rank') }}
            as currency
    from ranked_changes
    group by product_key
)

select
    ranked_products.product_key,
    ranked_products.source,
    ranked_products.product_id,
    ranked_products.name,
    ranked_products.category,
    ranked_products.category_key,
    ranked_products.rating,
    coalesce(latest_changes.price_amount, ranked_products.price_amount) as price_amount,
    case
        when latest_changes.price_amount is not null then latest_changes.currency
        else ranked_products.currency
    end as currency,
    coalesce(latest_changes.is_available, ranked_products.is_available, true) as is_available
from ranked_products
left join latest_changes
    on ranked_products.product_key = latest_changes.product_key
where ranked_products.source_rank = 1
