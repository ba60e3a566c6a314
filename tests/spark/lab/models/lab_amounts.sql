with amounts as (
    select * from {{ source('lab', 'amounts') }}
)

select
    number,
    {{ amount_per('amount', 'divisor') }} as amount_each,
    {{ rounded('cast(amount as double) / nullif(divisor, 0)', 6) }} as rate
from amounts
