-- The moments of known customers, with the hour that the customer's own clock showed, and the
-- product as all sources of a namespace name it. Those who deny profiling are among them, since
-- what protects people is for all: traits read int_traits__moments.
with moments as (
    select * from {{ ref('int_activity__moments') }}
),

known as (
    select * from {{ ref('int_customers__known') }}
),

profile as (
    select * from {{ ref('int_customers__profile') }}
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
    {{ in_namespace_of('moments.source', 'moments.product_id') }} as product_key,
    moments.platform,
    moments.country,
    moments.value_amount,
    moments.properties,
    extract(
        hour from {{ local_time('moments.occurred_at', "coalesce(profile.timezone, 'UTC')") }}
    ) as local_hour
from moments
inner join known
    on moments.customer_id = known.customer_id
left join profile
    on moments.customer_id = profile.customer_id
