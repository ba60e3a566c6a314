{{ config(enabled=source_is_on('shop')) }}

with price_changes as (
    select * from {{ ref('stg_shop__price_changes') }}
)

select
    price_changes.product_id,
    price_changes.changed_at,
    price_changes.price_amount,
    price_changes.currency,
    price_changes.is_available
from price_changes
