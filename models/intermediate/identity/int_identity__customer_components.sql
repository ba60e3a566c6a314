-- The component that each identifier ends in: a contested one by its accounts.
with components as (
    select * from {{ ref('int_identity__components') }}
),

accounts as (
    select * from {{ ref('int_identity__accounts') }}
)

select
    components.node_id,
    coalesce(accounts.component_id, components.component_id) as component_id
from components
left join accounts
    on components.node_id = accounts.node_id
