-- What is measured of who is who, over all sources. A rate of nothing is left out.
with unattributed as (
    select * from {{ ref('int_activity__unattributed') }}
),

customer_360 as (
    select * from {{ ref('customer_360') }}
),

rejected_edges as (
    select * from {{ ref('identity_rejected_edges') }}
),

-- Ids that this release is the first not to carry.
vanished_customers as (
    select * from {{ ref('identity_merges') }}
    where merged_at = {{ as_of() }}
),

cuts as (
    select * from {{ ref('identity_cuts') }}
),

largest_clusters as (
    select * from {{ ref('int_identity__largest_clusters') }}
),

unprofiled as (
    select * from {{ ref('int_consent__unprofiled') }}
),

totals as (
    select
        (
            select 1 - sum(unattributed_count) / nullif(cast(sum(record_count) as double), 0)
            from unattributed
        ) as match_rate,
        (select cast(count(*) as double) from customer_360) as customer_count,
        (
            select avg(cast(profile_count as double)) filter (where profile_count > 0)
            from customer_360
        ) as duplication_rate,
        (select cast(count(*) as double) from rejected_edges) as rejected_edge_count,
        (select cast(count(*) as double) from vanished_customers) as vanished_customer_count,
        (
            select cast(count(*) as double) from cuts
            where outcome in ('indirect', 'still_tied', 'same_identifier')
        ) as refused_cut_count,
        (
            select cast(count(*) as double) from cuts
            where outcome = 'no_effect'
        ) as ineffective_cut_count,
        (
            select cast(count(*) as double)
            from customer_360
            inner join unprofiled
                on customer_360.customer_id = unprofiled.customer_id
        ) as profiling_denied_count
),

reasons as (
    select
        'rejected_edge_count' as metric,
        reason
    from rejected_edges
    union all
    select
        'vanished_customer_count' as metric,
        reason
    from vanished_customers
),

metrics as (
    select
        metric,
        'all' as subject,
        metric_value,
        cast(null as {{ dbt.type_string() }}) as detail
    from totals
    unpivot (
        metric_value for metric in (
            match_rate,
            customer_count,
            duplication_rate,
            rejected_edge_count,
            vanished_customer_count,
            refused_cut_count,
            ineffective_cut_count,
            profiling_denied_count
        )
    )
    union all
    select
        metric,
        reason as subject,
        cast(count(*) as double) as metric_value,
        null as detail
    from reasons
    group by metric, reason
    union all
    -- Types, sources and sizes tell where to look; `rollcall explain` shows the values. The others
    -- are told by their place: who it is would outlive an erasure.
    select
        'largest_cluster_identifier_count' as metric,
        case size_rank
            when 1 then 'all'
            else 'place ' || cast(size_rank as {{ dbt.type_string() }})
        end as subject,
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
