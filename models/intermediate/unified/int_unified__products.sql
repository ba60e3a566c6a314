{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__products_versions') }}
),

ranked as (
    select
        versions.*,
        {{ version_rank(['source', 'product_id']) }} as version_rank
    from versions
)

select
    source,
    product_id,
    name,
    category,
    rating,
    price_amount,
    currency,
    is_available,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
