-- What is wrong with the deliveries that an audience rests on: its sources, and, where it is
-- exported, whatever tells of consent. What was never delivered is not behind; what cannot be read
-- has failed, whatever was read before.
with audience_catalogue as (
    select * from {{ ref('stg_rollcall__audience_catalogue') }}
),

audience_sources as (
    select * from {{ ref('stg_rollcall__audience_sources') }}
),

source_loads as (
    select * from {{ ref('int_rollcall__source_loads') }}
),

consent_faults as (
    select * from {{ ref('int_activation__consent_faults') }}
),

failed_sources as (
    select
        source,
        cast(count(*) as double) as file_count
    from {{ ref('stg_rollcall__failed_sources') }}
    group by source
),

exported as (
    select * from audience_catalogue
    where purpose <> 'none'
),

deliveries as (
    select
        audience_sources.audience,
        audience_sources.source,
        audience_sources.freshness_days,
        {{ seconds_between('source_loads.last_delivered_at', as_of()) }} as seconds_behind
    from audience_sources
    inner join source_loads
        on audience_sources.source = source_loads.source
)

select
    audience,
    'source_stale' as fault,
    source,
    seconds_behind / 86400 as metric_value,
    cast(freshness_days as double) as limit_value
from deliveries
where seconds_behind > freshness_days * 86400
union all
select
    audience_sources.audience,
    'source_failed' as fault,
    failed_sources.source,
    failed_sources.file_count as metric_value,
    cast(0 as double) as limit_value
from audience_sources
inner join failed_sources
    on audience_sources.source = failed_sources.source
union all
select
    exported.audience,
    consent_faults.gate as fault,
    consent_faults.subject as source,
    consent_faults.metric_value,
    consent_faults.limit_value
from consent_faults
cross join exported
