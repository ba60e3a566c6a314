-- Two accounts are two people to whoever signs in: what one of them wrote must not reach the other.
-- A customer holds as many accounts of one namespace as the configuration allows.
with clusters as (
    select * from {{ ref('int_identity__clusters') }}
),

nodes as (
    select * from {{ ref('int_identity__nodes') }}
    where account_namespace is not null
)

select
    clusters.customer_id,
    nodes.account_namespace,
    count(*) as account_count
from clusters
inner join nodes
    on
        clusters.identifier_type = nodes.identifier_type
        and clusters.identifier_value = nodes.identifier_value
group by clusters.customer_id, nodes.account_namespace
having count(*) > {{ setting('accounts_per_customer') }}
