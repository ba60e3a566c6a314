{{ config(enabled=source_is_on('pos')) }}

with receipt_lines as (
    select * from {{ ref('stg_pos__receipt_lines') }}
)

select
    receipt_lines.receipt_id as order_id,
    receipt_lines.line_number,
    receipt_lines.product_id,
    receipt_lines.category,
    receipt_lines.quantity,
    receipt_lines.unit_price_amount,
    receipt_lines.net_amount
from receipt_lines
