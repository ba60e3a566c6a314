-- Whose behaviour is looked at: known customers, less who said no to profiling.
with known as (
    select * from {{ ref('int_customers__known') }}
),

unprofiled as (
    select * from {{ ref('int_consent__unprofiled') }}
)

select known.customer_id
from known
left join unprofiled
    on known.customer_id = unprofiled.customer_id
where unprofiled.customer_id is null
