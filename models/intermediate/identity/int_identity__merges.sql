-- An id that was published answers for ever: through the customer that holds most of its
-- identifiers now. One that came back answers for itself, one that was erased answers nothing.
with previous_identity_map as (
    select * from {{ ref('stg_previous_release__identity_map') }}
),

previous_merges as (
    select * from {{ ref('stg_previous_release__identity_merges') }}
),

living_clusters as (
    select * from {{ ref('int_identity__living_clusters') }}
),

living_customers as (
    select customer_id
    from living_clusters
    group by customer_id
),

erased_customers as (
    select * from {{ ref('int_identity__erased_customers') }}
),

vanished as (
    select
        previous_identity_map.customer_id as absorbed_customer_id,
        living_clusters.customer_id,
        count(*) as shared_count
    from previous_identity_map
    inner join living_clusters
        on
            previous_identity_map.identifier_type = living_clusters.identifier_type
            and previous_identity_map.identifier_value = living_clusters.identifier_value
    where previous_identity_map.customer_id <> living_clusters.customer_id
    group by previous_identity_map.customer_id, living_clusters.customer_id
),

ranked as (
    select
        vanished.*,
        row_number() over (
            partition by vanished.absorbed_customer_id
            order by vanished.shared_count desc, vanished.customer_id asc
        ) as survivor_rank
    from vanished
),

new_merges as (
    select
        absorbed_customer_id,
        customer_id
    from ranked
    where survivor_rank = 1
),

survivors as (
    select customer_id
    from previous_identity_map
    group by customer_id
),

answers as (
    select
        new_merges.absorbed_customer_id,
        new_merges.customer_id,
        -- The survivor was there before: two became one. Else an older record renamed the customer.
        case when survivors.customer_id is not null then 'merged' else 'earlier_record' end
            as reason,
        {{ as_of() }} as merged_at
    from new_merges
    left join survivors
        on new_merges.customer_id = survivors.customer_id
    union all
    select
        previous_merges.absorbed_customer_id,
        coalesce(new_merges.customer_id, previous_merges.customer_id) as customer_id,
        previous_merges.reason,
        previous_merges.merged_at
    from previous_merges
    left join new_merges
        on previous_merges.customer_id = new_merges.absorbed_customer_id
)

select
    answers.absorbed_customer_id,
    answers.customer_id,
    answers.reason,
    answers.merged_at
from answers
inner join living_customers as survivor
    on answers.customer_id = survivor.customer_id
left join living_customers as returned
    on answers.absorbed_customer_id = returned.customer_id
left join erased_customers
    on answers.absorbed_customer_id = erased_customers.customer_id
where returned.customer_id is null and erased_customers.customer_id is null
