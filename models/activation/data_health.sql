with source_loads as (
    select * from {{ ref('int_rollcall__source_loads') }}
),

unattributed as (
    select * from {{ ref('int_activity__unattributed') }}
),

profile_counts as (
    select * from {{ ref('int_customers__profile_counts') }}
),

customer_360 as (
    select * from {{ ref('customer_360') }}
),

rejected_edges as (
    select * from {{ ref('identity_rejected_edges') }}
),

metrics as (
    select
        'accepted_line_count' as metric,
        source,
        cast(accepted_count as double) as metric_value
    from source_loads
    union all
    select
        'quarantined_line_count' as metric,
        source,
        cast(quarantined_count as double) as metric_value
    from source_loads
    union all
    select
        'hours_since_last_load' as metric,
        source,
        greatest(0, {{ seconds_between('last_loaded_at', as_of()) }} / 3600) as metric_value
    from source_loads
    union all
    select
        'unattributed_' || entity || '_rate' as metric,
        source,
        unattributed_count / cast(record_count as double) as metric_value
    from unattributed
    union all
    select
        'unknown_event_name_count' as metric,
        source,
        cast(unknown_name_count as double) as metric_value
    from unattributed
    where entity = 'events'
    union all
    select
        'profile_without_country_count' as metric,
        source,
        cast(without_country_count as double) as metric_value
    from profile_counts
    union all
    select
        'profiles_per_customer' as metric,
        source,
        profile_count / nullif(cast(customer_count as double), 0) as metric_value
    from profile_counts
    union all
    select
        'match_rate' as metric,
        'all' as source,
        1 - sum(unattributed_count) / nullif(cast(sum(record_count) as double), 0) as metric_value
    from unattributed
    union all
    select
        'customer_count' as metric,
        'all' as source,
        cast(count(*) as double) as metric_value
    from customer_360
    union all
    select
        'duplication_rate' as metric,
        'all' as source,
        avg(cast(profile_count as double)) filter (where profile_count > 0) as metric_value
    from customer_360
    union all
    select
        'rejected_edge_count' as metric,
        'all' as source,
        cast(count(*) as double) as metric_value
    from rejected_edges
)

select
    metric,
    source,
    {{ rounded('metric_value', 6) }} as metric_value
from metrics
where metric_value is not null
