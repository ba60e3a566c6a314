{{ config(materialized='table') }}

-- What lies in the cart and was left there: put in lately, and neither taken out nor bought at that
-- time or since, by any source of the product's namespace.
with moments as (
    select * from {{ ref('int_traits__moments') }}
    where
        product_id is not null
        and moment in ('product_added', 'product_removed', 'product_purchased')
),

products as (
    select
        customer_id,
        product_id,
        max(occurred_at) as changed_at,
        max(occurred_at) filter (where moment <> 'product_added') as gone_at
    from moments
    group by customer_id, product_id, product_key
)

select
    customer_id,
    {{ sorted_json_array('product_id') }} as abandoned_products
from products
where
    changed_at >= {{ days_before_as_of(setting('open_cart_days')) }}
    and (gone_at is null or gone_at < changed_at)
group by customer_id
