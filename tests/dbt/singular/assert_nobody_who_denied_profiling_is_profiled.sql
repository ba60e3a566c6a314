-- Nobody of whom an identifier denies profiling has a state in time, a score, a cohort, a
-- recommendation or a place in an audience that is exported; but they are customers, and each is
-- counted in data_health. Held against what the identifiers say, not against the filter itself.
with denying as (
    select distinct clusters.customer_id
    from {{ ref('int_identity__living_clusters') }} as clusters
    inner join {{ ref('int_consent__identifiers') }} as stated
        on
            clusters.identifier_type = stated.identifier_type
            and clusters.identifier_value = stated.identifier_value
    where stated.purpose = 'profiling' and not stated.is_granted
),

{%- set tables = [
    'audience_memberships', 'engagement_state_history', 'rfm_scores', 'cohort_memberships',
    'product_recommendations', 'campaign_fit', 'campaign_mismatches',
] %}

customers as (
    select customer_360.*
    from {{ ref('customer_360') }} as customer_360
    inner join denying
        on customer_360.customer_id = denying.customer_id
),

found as (
    {%- for table in tables %}
    select
        '{{ table }}' as table_name,
        customer_id
    from {{ ref(table) }}
    union all
    {%- endfor %}
    select
        'customer_360' as table_name,
        customer_id
    from customers
    where
        event_count > 0
        or feature_count > 0
        or engagement_score > 0
        or engagement_state <> 'inactive'
        or rfm_segment is not null
        or last_browsed_at is not null
        or abandoned_products <> '[]'
),

counted as (
    select
        (select count(*) from customers) as customer_count,
        (
            select max(metric_value) from {{ ref('data_health') }}
            where metric = 'profiling_denied_count'
        ) as told_count
)

select
    found.table_name,
    found.customer_id
from found
inner join denying
    on found.customer_id = denying.customer_id
union all
select
    'denied ' || customer_count as table_name,
    null as customer_id
from counted
where customer_count <> coalesce(told_count, -1)
