-- The moments that traits are made of: those of known customers who did not deny profiling.
with moments as (
    select * from {{ ref('int_traits__known_moments') }}
),

unprofiled as (
    select * from {{ ref('int_consent__unprofiled') }}
)

select moments.*
from moments
left join unprofiled
    on moments.customer_id = unprofiled.customer_id
where unprofiled.customer_id is null
