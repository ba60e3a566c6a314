-- What is measured of the audiences as a whole. A figure of nothing is left out.
with guards as (
    select * from {{ ref('int_activation__audience_guards') }}
),

members as (
    select
        customer_id,
        count(*) as audience_count
    from {{ ref('audience_memberships') }}
    group by customer_id
)

select
    'audience_advice_count' as metric,
    'all' as source,
    advice as subject,
    cast(count(*) as double) as metric_value,
    cast(null as {{ dbt.type_string() }}) as detail
from guards
group by advice
union all
select
    'most_audiences_of_a_customer' as metric,
    'all' as source,
    'all' as subject,
    cast(max(audience_count) as double) as metric_value,
    null as detail
from members
