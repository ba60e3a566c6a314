{{ config(enabled=source_is_on('pos')) }}

with receipts as (
    select * from {{ ref('stg_pos__receipts') }}
)

select
    receipts.receipt_id as order_id,
    receipts.printed_at as ordered_at,
    case receipts.receipt_kind
        when 'SALE' then 'completed'
        when 'RETURN' then 'refunded'
        when 'CORRECTION' then 'adjustment'
        else receipts.receipt_kind
    end as status,
    'store' as channel,
    receipts.loyalty_id,
    receipts.email,
    receipts.currency,
    receipts.gross_amount,
    receipts.discount_amount,
    receipts.net_amount
from receipts
