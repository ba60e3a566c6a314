-- What is measured of each source.
with source_loads as (
    select * from {{ ref('int_rollcall__source_loads') }}
),

unattributed as (
    select * from {{ ref('int_activity__unattributed') }}
),

profile_counts as (
    select * from {{ ref('int_customers__profile_counts') }}
),

invalid_identifiers as (
    select * from {{ ref('int_identity__invalid_identifiers') }}
),

metrics as (
    select
        'accepted_line_count' as metric,
        source,
        'all' as subject,
        cast(accepted_count as double) as metric_value
    from source_loads
    union all
    select
        'quarantined_line_count' as metric,
        source,
        'all' as subject,
        cast(quarantined_count as double) as metric_value
    from source_loads
    union all
    select
        'quarantined_line_rate' as metric,
        source,
        'all' as subject,
        quarantined_count / nullif(cast(accepted_count + quarantined_count as double), 0)
            as metric_value
    from source_loads
    union all
    select
        'hours_since_last_load' as metric,
        source,
        'all' as subject,
        greatest(0, {{ seconds_between('last_loaded_at', as_of()) }} / 3600) as metric_value
    from source_loads
    union all
    select
        'hours_from_landing_to_release' as metric,
        source,
        'all' as subject,
        greatest(0, {{ seconds_between('first_newly_landed_at', as_of()) }} / 3600) as metric_value
    from source_loads
    where first_newly_landed_at is not null
    union all
    select
        'unattributed_' || entity || '_rate' as metric,
        source,
        'all' as subject,
        unattributed_count / cast(record_count as double) as metric_value
    from unattributed
    union all
    select
        'unknown_event_name_count' as metric,
        source,
        'all' as subject,
        cast(unknown_name_count as double) as metric_value
    from unattributed
    where entity = 'events'
    union all
    select
        'profile_without_country_count' as metric,
        source,
        'all' as subject,
        cast(without_country_count as double) as metric_value
    from profile_counts
    union all
    select
        'profiles_per_customer' as metric,
        source,
        'all' as subject,
        profile_count / nullif(cast(customer_count as double), 0) as metric_value
    from profile_counts
    union all
    select
        'invalid_identifier_count' as metric,
        source,
        identifier_type as subject,
        cast(record_count as double) as metric_value
    from invalid_identifiers
)

select
    metric,
    source,
    subject,
    metric_value,
    cast(null as {{ dbt.type_string() }}) as detail
from metrics
