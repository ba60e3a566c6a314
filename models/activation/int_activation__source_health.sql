-- What is measured of each source. A figure of what a source does not have is left out.
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

unread_requests as (
    select * from {{ ref('int_identity__unread_requests') }}
),

unconverted as (
    select * from {{ ref('int_activity__unconverted') }}
),

failed_sources as (
    select * from {{ ref('stg_rollcall__failed_sources') }}
),

-- This release, and those of the same as_of before it: a run again brings nothing more.
same_releases as (
    select '{{ of_this_run('release_id') }}' as release_id
    union
    select release_id from {{ ref('stg_previous_release__audience_release_history') }}
    where released_as_of = {{ as_of() }}
),

deliveries as (
    select
        loads.source,
        loads.table_name,
        sum(
            case when same_releases.release_id is not null then loads.accepted_count else 0 end
        ) as line_count
    from {{ ref('stg_rollcall__loads') }} as loads
    left join same_releases
        on loads.release_id = same_releases.release_id
    group by loads.source, loads.table_name
),

load_figures as (
    select
        source,
        cast(accepted_count as double) as accepted_line_count,
        cast(quarantined_count as double) as quarantined_line_count,
        quarantined_count / nullif(cast(accepted_count + quarantined_count as double), 0)
            as quarantined_line_rate,
        greatest(0, {{ seconds_between('last_loaded_at', as_of()) }} / 3600)
            as hours_since_last_load,
        case
            when first_newly_landed_at is not null
                then greatest(0, {{ seconds_between('first_newly_landed_at', as_of()) }} / 3600)
        end as hours_from_landing_to_release
    from source_loads
),

profile_figures as (
    select
        source,
        cast(without_country_count as double) as profile_without_country_count,
        profile_count / nullif(cast(customer_count as double), 0) as profiles_per_customer
    from profile_counts
),

metrics as (
    select
        metric,
        source,
        'all' as subject,
        metric_value
    from load_figures
    unpivot (
        metric_value for metric in (
            accepted_line_count,
            quarantined_line_count,
            quarantined_line_rate,
            hours_since_last_load,
            hours_from_landing_to_release
        )
    )
    union all
    select
        metric,
        source,
        'all' as subject,
        metric_value
    from profile_figures
    unpivot (
        metric_value for metric in (profile_without_country_count, profiles_per_customer)
    )
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
        'delivered_line_count' as metric,
        source,
        table_name as subject,
        cast(line_count as double) as metric_value
    from deliveries
    union all
    select
        'unread_request_count' as metric,
        source,
        'all' as subject,
        cast(record_count as double) as metric_value
    from unread_requests
    union all
    select
        'unreadable_file_count' as metric,
        source,
        'all' as subject,
        cast(count(*) as double) as metric_value
    from failed_sources
    group by source
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
union all
-- A source of few amounts is measured as if it had a hundred: one row is one in a hundred.
select
    'unconverted_amount_rate' as metric,
    source,
    'all' as subject,
    unconverted_count / cast(greatest(amount_count, 100) as double) as metric_value,
    detail
from unconverted
