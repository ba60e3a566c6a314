-- What is wrong with the deliveries that an audience rests on: its sources, and, where it is
-- exported, whatever tells of consent. What was never delivered is not behind.
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
    where is_live
    group by source, table_name
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
        audience_catalogue.audience,
        consent_feeds.source,
        consent_feeds.freshness_days,
        min(consent_loads.last_delivered_at) as last_delivered_at
    from consent_feeds
    inner join consent_loads
        on
            consent_feeds.source = consent_loads.source
            and consent_feeds.table_name = consent_loads.table_name
    cross join audience_catalogue
    where audience_catalogue.purpose <> 'none'
    group by audience_catalogue.audience, consent_feeds.source, consent_feeds.freshness_days
)

select
    audience,
    fault,
    source,
    {{ seconds_between('last_delivered_at', as_of()) }} / 86400 as metric_value,
    cast(freshness_days as double) as limit_value
from deliveries
where {{ seconds_between('last_delivered_at', as_of()) }} > freshness_days * 86400
