{{ config(materialized='table') }}

-- An id that was published answers for ever: through the customer that holds most of its
-- identifiers now. One that came back answers for itself, one that was erased answers nothing.
with vanished_customers as (
    select * from {{ ref('int_identity__vanished_customers') }}
),

merge_edges as (
    select * from {{ ref('int_identity__merge_edges') }}
),

previous_identity_map as (
    select * from {{ ref('stg_previous_release__identity_map') }}
),

previous_merges as (
    select * from {{ ref('stg_previous_release__identity_merges') }}
),

living_customers as (
    select customer_id
    from {{ ref('int_identity__living_clusters') }}
    group by customer_id
),

cuts as (
    select * from {{ ref('int_identity__cuts') }}
    where right_value is null
),

erased_customers as (
    select * from {{ ref('int_identity__erased_customers') }}
),

erased_identifiers as (
    select * from {{ ref('int_identity__erased_identifiers') }}
),

previous_customers as (
    select customer_id
    from previous_identity_map
    group by customer_id
),

named_by_cut as (
    select
        left_type,
        left_value
    from cuts
    group by left_type, left_value
),

answers as (
    select
        vanished_customers.absorbed_customer_id,
        vanished_customers.customer_id,
        case
            when vanished_customers.is_named and previous_customers.customer_id is not null
                then 'merged'
            when vanished_customers.is_named then 'earlier_record'
            when named_by_cut.left_value is not null then 'cut'
            else 'identifier_lost'
        end as reason,
        merge_edges.left_type,
        merge_edges.left_value,
        merge_edges.right_type,
        merge_edges.right_value,
        {{ as_of() }} as merged_at
    from vanished_customers
    left join previous_customers
        on vanished_customers.customer_id = previous_customers.customer_id
    left join named_by_cut
        on
            vanished_customers.naming_type = named_by_cut.left_type
            and vanished_customers.naming_value = named_by_cut.left_value
    left join merge_edges
        on vanished_customers.absorbed_customer_id = merge_edges.absorbed_customer_id
    union all
    select
        previous_merges.absorbed_customer_id,
        coalesce(vanished_customers.customer_id, previous_merges.customer_id) as customer_id,
        previous_merges.reason,
        previous_merges.left_type,
        previous_merges.left_value,
        previous_merges.right_type,
        previous_merges.right_value,
        previous_merges.merged_at
    from previous_merges
    left join vanished_customers
        on previous_merges.customer_id = vanished_customers.absorbed_customer_id
),

-- An edge must not keep an address of somebody who asked to be erased.
erased_edges as (
    select answers.absorbed_customer_id
    from answers
    inner join erased_identifiers
        on
            answers.left_type = erased_identifiers.identifier_type
            and answers.left_value = erased_identifiers.identifier_value
    union
    select answers.absorbed_customer_id
    from answers
    inner join erased_identifiers
        on
            answers.right_type = erased_identifiers.identifier_type
            and answers.right_value = erased_identifiers.identifier_value
)

select
    answers.absorbed_customer_id,
    answers.customer_id,
    answers.reason,
    {%- for column in ['left_type', 'left_value', 'right_type', 'right_value'] %}
    case when erased_edges.absorbed_customer_id is null then answers.{{ column }} end
        as {{ column }},
    {%- endfor %}
    answers.merged_at
from answers
inner join living_customers as survivor
    on answers.customer_id = survivor.customer_id
left join living_customers as returned
    on answers.absorbed_customer_id = returned.customer_id
left join erased_customers
    on answers.absorbed_customer_id = erased_customers.customer_id
left join erased_edges
    on answers.absorbed_customer_id = erased_edges.absorbed_customer_id
where returned.customer_id is null and erased_customers.customer_id is null
