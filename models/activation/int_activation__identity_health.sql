-- What is measured of who is who, over all sources.
with unattributed as (
    select * from {{ ref('int_activity__unattributed') }}
),

customer_360 as (
    select * from {{ ref('customer_360') }}
),

rejected_edges as (
    select * from {{ ref('identity_rejected_edges') }}
),

vanished_customers as (
    select * from {{ ref('identity_merges') }}
),

cuts as (
    select * from {{ ref('identity_cuts') }}
),

largest_clusters as (
    select * from {{ ref('int_identity__largest_clusters') }}
),

metrics as (
    select
        'match_rate' as metric,
        'all' as subject,
        1 - sum(unattributed_count) / nullif(cast(sum(record_count) as double), 0) as metric_value,
        cast(null as {{ dbt.type_string() }}) as detail
    from unattributed
    union all
    select
        'customer_count' as metric,
        'all' as subject,
        cast(count(*) as double) as metric_value,
        null as detail
    from customer_360
    union all
    select
        'duplication_rate' as metric,
        'all' as subject,
        avg(cast(profile_count as double)) filter (where profile_count > 0) as metric_value,
        null as detail
    from customer_360
    union all
    select
        'rejected_edge_count' as metric,
        'all' as subject,
        cast(count(*) as double) as metric_value,
        null as detail
    from rejected_edges
    union all
    select
        'rejected_edge_count' as metric,
        reason as subject,
        cast(count(*) as double) as metric_value,
        null as detail
    from rejected_edges
    group by reason
    union all
    -- Ids that this release is the first not to carry.
    select
        'vanished_customer_count' as metric,
        'all' as subject,
        cast(count(*) filter (where merged_at = {{ as_of() }}) as double) as metric_value,
        null as detail
    from vanished_customers
    union all
    select
        'vanished_customer_count' as metric,
        reason as subject,
        cast(count(*) as double) as metric_value,
        null as detail
    from vanished_customers
    where merged_at = {{ as_of() }}
    group by reason
    union all
    select
        'refused_cut_count' as metric,
        'all' as subject,
        cast(count(*) filter (where outcome in ('indirect', 'still_tied')) as double)
            as metric_value,
        null as detail
    from cuts
    union all
    -- Types, sources and sizes tell where to look; `rollcall explain` shows the values.
    select
        'largest_cluster_identifier_count' as metric,
        customer_id as subject,
        cast(identifier_count as double) as metric_value,
        case
            when split_left_type is not null
                then
                    'divided most evenly at ' || split_left_type || ' - ' || split_right_type
                    || ' of ' || split_sources || ': '
                    || cast(split_left_count as {{ dbt.type_string() }})
                    || ' and ' || cast(split_right_count as {{ dbt.type_string() }})
            else 'no single edge divides it'
        end as detail
    from largest_clusters
)

select
    metric,
    'all' as source,
    subject,
    metric_value,
    detail
from metrics
