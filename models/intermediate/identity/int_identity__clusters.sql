{{ config(materialized='table') }}

with nodes as (
    select * from {{ ref('int_identity__nodes') }}
),

components as (
    select * from {{ ref('int_identity__components') }}
),

identifier_types as (
    select * from {{ ref('identifier_types') }}
),

members as (
    select
        nodes.identifier_type,
        nodes.identifier_value,
        nodes.type_rank,
        nodes.first_seen_at,
        nodes.last_seen_at,
        identifier_types.is_anonymous,
        components.component_id
    from nodes
    inner join components
        on nodes.node_id = components.node_id
    inner join identifier_types
        on nodes.identifier_type = identifier_types.identifier_type
),

ranked as (
    select
        members.*,
        row_number() over (
            partition by members.component_id
            order by members.first_seen_at nulls last, members.type_rank, members.identifier_value
        ) as age_rank
    from members
),

customers as (
    select
        component_id,
        {{ sha256_hex(id_secret() ~ " || '|' || identifier_type || '|' || identifier_value") }}
            as customer_id
    from ranked
    where age_rank = 1
)

select
    members.identifier_type,
    members.identifier_value,
    customers.customer_id,
    min(case when members.is_anonymous then 1 else 0 end) over (
        partition by members.component_id
    ) = 0 as is_known,
    members.first_seen_at,
    members.last_seen_at
from members
inner join customers
    on members.component_id = customers.component_id
