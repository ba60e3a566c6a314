-- The identifiers of components that hold more accounts of one book than a customer may.
with nodes as (
    select * from {{ ref('int_identity__nodes') }}
),

components as (
    select * from {{ ref('int_identity__components') }}
),

contested as (
    select
        components.component_id,
        nodes.account_namespace
    from nodes
    inner join components
        on nodes.node_id = components.node_id
    where nodes.account_namespace is not null
    group by components.component_id, nodes.account_namespace
    having count(*) > {{ setting('accounts_per_customer') }}
)

select
    nodes.node_id,
    nodes.account_namespace
from nodes
inner join components
    on nodes.node_id = components.node_id
where components.component_id in (select contested.component_id from contested)
