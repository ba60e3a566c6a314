-- What is wrong with the deliveries that an audience rests on: its sources, and, where it is
-- exported, whatever tells of consent. What was never delivered is not behind; what cannot be read
-- has failed, whatever was read before.
with audience_catalogue as (
    select * from {{ ref('stg_rollcall__audience_catalogue') }}
),

audience_sources as (
    select * from {{ ref('stg_rollcall__audience_sources') }}
),

consent_feeds as (
    select * from {{ ref('stg_rollcall__consent_feeds') }}
),

source_loads as (
    select * from {{ ref('int_rollcall__source_loads') }}
),

consent_loads as (
    select
        source,
        table_name,
        max(delivered_at) as last_delivered_at
    from {{ ref('stg_rollcall__loads') }}
    where is_live and status = 'loaded'
    group by source, table_name
),

failed_tables as (
    select
        source,
        table_name,
        cast(count(*) as double) as file_count
    from {{ ref('stg_rollcall__failed_sources') }}
    group by source, table_name
),

exported as (
    select * from audience_catalogue
    where purpose <> 'none'
),

deliveries as (
    select
        'source_stale' as fault,
        audience_sources.audience,
        audience_sources.source,
        audience_sources.freshness_days,
        source_loads.last_delivered_at
    from audience_sources
    inner join source_loads
        on audience_sources.source = source_loads.source
    union all
    select
        'consent_stale' as fault,
        exported.audience,
        consent_feeds.source,
        consent_feeds.freshness_days,
        min(consent_loads.last_delivered_at) as last_delivered_at
    from consent_feeds
    inner join consent_loads
        on
            consent_feeds.source = consent_loads.source
            and consent_feeds.table_name = consent_loads.table_name
    cross join exported
    group by exported.audience, consent_feeds.source, consent_feeds.freshness_days
)

select
    audience,
    fault,
    source,
    {{ seconds_between('last_delivered_at', as_of()) }} / 86400 as metric_value,
    cast(freshness_days as double) as limit_value
from deliveries
where {{ seconds_between('last_delivered_at', as_of()) }} > freshness_days * 86400
union all
select
    audience_sources.audience,
    'source_failed' as fault,
    failed_tables.source,
    sum(failed_tables.file_count) as metric_value,
    cast(0 as double) as limit_value
from audience_sources
inner join failed_tables
    on audience_sources.source = failed_tables.source
group by audience_sources.audience, failed_tables.source
union all
select
    exported.audience,
    'consent_failed' as fault,
    failed_tables.source,
    sum(failed_tables.file_count) as metric_value,
    cast(0 as double) as limit_value
from failed_tables
inner join consent_feeds
    on
        failed_tables.source = consent_feeds.source
        and failed_tables.table_name = consent_feeds.table_name
cross join exported
group by exported.audience, failed_tables.source
