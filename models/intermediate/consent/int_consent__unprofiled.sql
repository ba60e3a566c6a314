{{ config(materialized='table') }}

-- Who said no to profiling. Who never said anything is not among them: of all purposes this one
-- alone asks for a no.
with consent_customers as (
    select * from {{ ref('int_consent__customers') }}
)

select customer_id
from consent_customers
where purpose = 'profiling' and not is_granted
