{{ config(enabled=source_is_on('data_bank')) }}

with customer_nodes as (
    select * from {{ ref('stg_data_bank__customer_nodes') }}
)

select
    customer_number as profile_id,
    customer_number as user_id,
    min(started_at) as created_at,
    min(started_at) as updated_at
from customer_nodes
group by customer_number
