{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__order_lines_versions') }}
),

ranked as (
    select
        versions.*,
        {{ version_rank(['source', 'order_id', 'line_number']) }} as version_rank
    from versions
)

select
    source,
    order_id,
    line_number,
    product_id,
    category,
    quantity,
    unit_price_amount,
    net_amount,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
