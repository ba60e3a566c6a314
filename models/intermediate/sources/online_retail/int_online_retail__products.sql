{{ config(enabled=source_is_on('online_retail')) }}

with invoice_lines as (
    select * from {{ ref('stg_online_retail__invoice_lines') }}
)

-- A version for every day and name that the article was sold under.
select
    stock_code as product_id,
    description as name,
    min(invoiced_at) as updated_at
from invoice_lines
where stock_code is not null and description is not null
group by stock_code, description, cast(invoiced_at as date)
