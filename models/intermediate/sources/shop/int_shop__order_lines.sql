{{ config(enabled=source_is_on('shop')) }}

with order_lines as (
    select * from {{ ref('stg_shop__order_lines') }}
)

select
    order_lines.order_id,
    order_lines.line_number,
    order_lines.product_id,
    order_lines.category,
    order_lines.quantity,
    order_lines.unit_price_amount,
    order_lines.net_amount,
    order_lines.updated_at
from order_lines
