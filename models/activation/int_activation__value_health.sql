-- What each source tells that means nothing to the contract: names, words, identifiers, amounts.
with unattributed as (
    select * from {{ ref('int_activity__unattributed') }}
),

consents as (
    select * from {{ ref('int_unified__consents') }}
),

invalid_identifiers as (
    select * from {{ ref('int_identity__invalid_identifiers') }}
),

unconverted as (
    select * from {{ ref('int_activity__unconverted') }}
),

purposes as (
    {{ consent_purpose_rows() }}
),

-- A no in a word that nobody knows is a no all the same: whoever wrote it is to mend it.
unknown_consent_words as (
    select
        source,
        cast(
            count(*) filter (
                where coalesce(status, '') not in ('granted', 'denied', 'withdrawn')
            ) as double
        ) as status,
        cast(
            count(*) filter (
                where coalesce(purpose, '') not in (select known.purpose from purposes as known)
            ) as double
        ) as purpose
    from consents
    group by source
)

select
    'unknown_event_name_count' as metric,
    source,
    'all' as subject,
    cast(unknown_name_count as double) as metric_value,
    cast(null as {{ dbt.type_string() }}) as detail
from unattributed
where entity = 'events'
union all
select
    'unknown_consent_word_count' as metric,
    source,
    subject,
    metric_value,
    cast(null as {{ dbt.type_string() }}) as detail
from unknown_consent_words
unpivot (
    metric_value for subject in (status, purpose)
)
union all
select
    'invalid_identifier_count' as metric,
    source,
    identifier_type as subject,
    cast(record_count as double) as metric_value,
    cast(null as {{ dbt.type_string() }}) as detail
from invalid_identifiers
union all
-- A source of few amounts is measured as if it had a hundred: one row is one in a hundred.
select
    'unconverted_amount_rate' as metric,
    source,
    'all' as subject,
    unconverted_count / cast(greatest(amount_count, 100) as double) as metric_value,
    detail
from unconverted
