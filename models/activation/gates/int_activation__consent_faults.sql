{{ config(meta={'gate': 'consent_faults'}) }}

-- What is wrong with the deliveries of whatever tells of consent: nobody knows who has said no
-- since. What was never delivered is not behind; what cannot be read has failed, whatever was read
-- before.
with consent_feeds as (
    select * from {{ ref('stg_rollcall__consent_feeds') }}
),

loads as (
    select
        source,
        table_name,
        max(delivered_at) as last_delivered_at
    from {{ ref('stg_rollcall__loads') }}
    where is_live and status = 'loaded'
    group by source, table_name
),

failed_files as (
    select * from {{ ref('stg_rollcall__failed_sources') }}
),

-- A source is as far behind as the table of it that is furthest.
deliveries as (
    select
        consent_feeds.source,
        consent_feeds.freshness_days,
        min(loads.last_delivered_at) as last_delivered_at
    from consent_feeds
    inner join loads
        on
            consent_feeds.source = loads.source
            and consent_feeds.table_name = loads.table_name
    group by consent_feeds.source, consent_feeds.freshness_days
),

faults as (
    select
        'consent_stale' as gate,
        source as subject,
        {{ seconds_between('last_delivered_at', as_of()) }} / 86400 as metric_value,
        cast(freshness_days as double) as limit_value
    from deliveries
    where {{ seconds_between('last_delivered_at', as_of()) }} > freshness_days * 86400
    union all
    select
        'consent_failed' as gate,
        failed_files.source as subject,
        cast(count(*) as double) as metric_value,
        cast(0 as double) as limit_value
    from failed_files
    inner join consent_feeds
        on
            failed_files.source = consent_feeds.source
            and failed_files.table_name = consent_feeds.table_name
    group by failed_files.source
),

worded as (
    select
        *,
        cast(cast(floor(metric_value) as bigint) as {{ dbt.type_string() }}) as whole,
        cast(cast(floor(limit_value) as bigint) as {{ dbt.type_string() }}) as limit_whole
    from faults
)

select
    gate,
    subject,
    {{ rounded('metric_value', 6) }} as metric_value,
    limit_value,
    case gate
        when 'consent_stale'
            then
                'the consent feed of ' || subject || ' last delivered ' || whole || ' days ago, '
                || limit_whole
                || ' are allowed: send nothing and mend the delivery, nobody can let it through.'
        else
            whole || ' files of consents of ' || subject
            || ' cannot be read: send nothing and mend or replace them, nobody can let it '
            || 'through.'
    end as sentence
from worded
