{{ config(materialized='table') }}

with nodes as (
    select * from {{ ref('int_identity__nodes') }}
),

customer_components as (
    select * from {{ ref('int_identity__customer_components') }}
),

identifier_types as (
    select * from {{ ref('int_identity__identifier_types') }}
),

{% if setting('composite_keys') -%}
recorded_components as (
    select * from {{ ref('int_identity__recorded_components') }}
),

{% endif -%}
members as (
    select
        nodes.identifier_type,
        nodes.identifier_value,
        nodes.type_rank,
        nodes.first_seen_at,
        nodes.last_seen_at,
        identifier_types.is_anonymous,
        customer_components.component_id,
        {{ 'recorded_components' if setting('composite_keys') else 'customer_components' -}}
        .component_id as recorded_component_id
    from nodes
    inner join customer_components
        on nodes.node_id = customer_components.node_id
    {% if setting('composite_keys') -%}
    inner join recorded_components
        on nodes.node_id = recorded_components.node_id
    {% endif -%}
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
        recorded_component_id,
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
    members.recorded_component_id <> customers.recorded_component_id as is_composite_match,
    members.first_seen_at,
    members.last_seen_at
from members
inner join customers
    on members.component_id = customers.component_id
