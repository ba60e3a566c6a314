{{ config(enabled=source_is_on('online_retail')) }}

with invoice_lines as (
    select * from {{ ref('stg_online_retail__invoice_lines') }}
),

invoices as (
    select
        invoice_number as order_id,
        -- An adjustment corrects the books: it belongs to nobody.
        case when invoice_number not like 'A%' then max(user_id) end as user_id,
        min(invoiced_at) as ordered_at,
        max(invoiced_at) as updated_at,
        sum(quantity * unit_price_amount) as net_amount
    from invoice_lines
    group by invoice_number
)

select
    order_id,
    ordered_at,
    case
        when order_id like 'C%' then 'refunded'
        when order_id like 'A%' then 'adjustment'
        else 'completed'
    end as status,
    user_id,
    'GBP' as currency,
    net_amount,
    updated_at
from invoices
