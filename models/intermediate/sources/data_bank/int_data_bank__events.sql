{{ config(enabled=source_is_on('data_bank')) }}

with transactions as (
    select * from {{ ref('stg_data_bank__customer_transactions') }}
),

-- The bank numbers no transaction: equal lines are interchangeable, so counting them by content
-- gives the same ids in whatever files and order they come.
numbered as (
    select
        transactions.*,
        row_number() over (
            partition by
                transactions.customer_number, transactions.occurred_at,
                transactions.transaction_type, transactions.amount
            order by transactions.delivered_line
        ) as copy_number
    from transactions
)

select
    customer_number
    || ':' || cast(cast(occurred_at as date) as {{ dbt.type_string() }})
    || ':' || transaction_type
    || ':' || cast(amount as {{ dbt.type_string() }})
    || ':' || cast(copy_number as {{ dbt.type_string() }}) as event_id,
    occurred_at,
    -- A day has no finer time: the file's order is the only one that there is.
    delivered_line as sequence_number,
    -- An unknown type passes as it is and is counted.
    case transaction_type when 'purchase' then 'card_payment' else transaction_type end
        as event_name,
    customer_number as user_id,
    amount as value_amount,
    -- The bank names no currency: it counts in the one that the company reports in.
    '{{ setting('reporting_currency') }}' as currency,
    occurred_at as updated_at,
    delivered_file,
    delivered_line
from numbered
