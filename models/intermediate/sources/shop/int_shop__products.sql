{{ config(enabled=source_is_on('shop')) }}

with products as (
    select * from {{ ref('stg_shop__products') }}
)

select
    products.product_id,
    products.name,
    products.category,
    products.rating,
    products.price_amount,
    products.currency,
    products.is_available,
    products.updated_at
from products
