{{ config(enabled=source_is_on('online_retail')) }}

with invoice_lines as (
    select * from {{ ref('stg_online_retail__invoice_lines') }}
)

select
    invoice_number as order_id,
    -- The export numbers no lines: equal lines are interchangeable, so any order by content holds.
    row_number() over (
        partition by invoice_number
        order by
            stock_code nulls last, quantity nulls last, unit_price_amount nulls last,
            description nulls last, invoiced_at nulls last
    ) as line_number,
    stock_code as product_id,
    quantity,
    unit_price_amount,
    quantity * unit_price_amount as net_amount,
    invoiced_at as updated_at
from invoice_lines
