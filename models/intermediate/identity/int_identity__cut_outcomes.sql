{{ config(materialized='table') }}

-- What became of each cut. It is refused where its two are one customer all the same: because no
-- record ties them directly (indirect), or because others tie them besides (still_tied): an edge of
-- that way has to be named instead, or too. Or because they are one identifier (same_identifier).
with cuts as (
    select * from {{ ref('int_identity__cuts') }}
),

cut_edges as (
    select
        own_type,
        own_value,
        other_type,
        other_value
    from {{ ref('int_identity__edge_ends') }}
    where rejection_reason = 'cut'
    group by own_type, own_value, other_type, other_value
),

cut_identifiers as (
    select
        identifier_type,
        identifier_value
    from {{ ref('int_identity__observed_identifiers') }}
    where barred_reason = 'cut'
    group by identifier_type, identifier_value
),

clusters as (
    select * from {{ ref('int_identity__clusters') }}
)

select
    cuts.source,
    cuts.cut_id,
    cuts.requested_at,
    cuts.left_type,
    cuts.left_value,
    cuts.right_type,
    cuts.right_value,
    left_clusters.customer_id,
    case
        when cuts.left_type = cuts.right_type and cuts.left_value = cuts.right_value
            then 'same_identifier'
        when left_clusters.customer_id = right_clusters.customer_id
            then case when cut_edges.own_value is null then 'indirect' else 'still_tied' end
        when cut_edges.own_value is not null or cut_identifiers.identifier_value is not null
            then 'applied'
        else 'no_effect'
    end as outcome
from cuts
left join cut_edges
    on
        cuts.left_type = cut_edges.own_type
        and cuts.left_value = cut_edges.own_value
        and cuts.right_type = cut_edges.other_type
        and cuts.right_value = cut_edges.other_value
left join cut_identifiers
    on
        cuts.left_type = cut_identifiers.identifier_type
        and cuts.left_value = cut_identifiers.identifier_value
        and cuts.right_value is null
left join clusters as left_clusters
    on
        cuts.left_type = left_clusters.identifier_type
        and cuts.left_value = left_clusters.identifier_value
left join clusters as right_clusters
    on
        cuts.right_type = right_clusters.identifier_type
        and cuts.right_value = right_clusters.identifier_value
