{{ config(materialized='table') }}

{%- set edge = [
    'left_type', 'left_value', 'right_type', 'right_value', 'left_rank', 'right_rank',
    'first_seen_at'
] -%}

-- The edge by which each vanished id went to the customer that answers for it: the oldest that
-- leaves the identifiers it had, for those of the survivor before any other; else the oldest of
-- the identifier that names the customer now; else, where the identifier that named the id stands
-- for nobody any more, the oldest of its own.
with vanished_customers as (
    select * from {{ ref('int_identity__vanished_customers') }}
),

previous_identity_map as (
    select * from {{ ref('stg_previous_release__identity_map') }}
),

edge_ends as (
    select * from {{ ref('int_identity__edge_ends') }}
),

leaving as (
    select
        vanished_customers.absorbed_customer_id,
        {%- for column in edge %}
        edge_ends.{{ column }},
        {%- endfor %}
        case when others.customer_id = vanished_customers.customer_id then 1 else 2 end
            as preference
    from vanished_customers
    inner join previous_identity_map as own
        on vanished_customers.absorbed_customer_id = own.customer_id
    inner join edge_ends
        on
            own.identifier_type = edge_ends.own_type
            and own.identifier_value = edge_ends.own_value
            and vanished_customers.customer_id = edge_ends.customer_id
    left join previous_identity_map as others
        on
            edge_ends.other_type = others.identifier_type
            and edge_ends.other_value = others.identifier_value
    where
        vanished_customers.is_named
        and edge_ends.rejection_reason is null
        and coalesce(others.customer_id, '') <> vanished_customers.absorbed_customer_id
),

naming as (
    select
        vanished_customers.absorbed_customer_id,
        {%- for column in edge %}
        edge_ends.{{ column }},
        {%- endfor %}
        3 as preference
    from vanished_customers
    inner join edge_ends
        on vanished_customers.customer_id = edge_ends.customer_id
    where
        vanished_customers.is_named
        and edge_ends.rejection_reason is null
        and {{ sha256_hex(
            id_secret() ~ " || '|' || edge_ends.own_type || '|' || edge_ends.own_value"
        ) }} = vanished_customers.customer_id
),

lost as (
    select
        vanished_customers.absorbed_customer_id,
        {%- for column in edge %}
        edge_ends.{{ column }},
        {%- endfor %}
        4 as preference
    from vanished_customers
    inner join edge_ends
        on
            vanished_customers.naming_type = edge_ends.own_type
            and vanished_customers.naming_value = edge_ends.own_value
    where not vanished_customers.is_named
),

candidates as (
    select * from leaving
    union all
    select * from naming
    union all
    select * from lost
),

ranked as (
    select
        candidates.*,
        row_number() over (
            partition by candidates.absorbed_customer_id
            order by
                candidates.preference asc,
                candidates.first_seen_at asc nulls last,
                candidates.left_rank asc,
                candidates.right_rank asc,
                candidates.left_value asc,
                candidates.right_value asc
        ) as edge_number
    from candidates
)

select
    absorbed_customer_id,
    left_type,
    left_value,
    right_type,
    right_value
from ranked
where edge_number = 1
