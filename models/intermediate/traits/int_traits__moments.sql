-- The moments that traits are made of: those of known customers who did not deny profiling.
with moments as (
    select * from {{ ref('int_traits__known_moments') }}
),

unprofiled as (
    select * from {{ ref('int_consent__unprofiled') }}
)

select
    moments.customer_id,
    moments.occurred_at,
    moments.source,
    moments.sequence_number,
    moments.moment_id,
    moments.moment,
    moments.is_activity,
    moments.category,
    moments.product_id,
    moments.product_key,
    moments.platform,
    moments.country,
    moments.value_amount,
    moments.properties,
    moments.local_hour
from moments
left join unprofiled
    on moments.customer_id = unprofiled.customer_id
where unprofiled.customer_id is null
