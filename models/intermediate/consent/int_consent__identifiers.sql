{{ config(materialized='table', meta={'gate': 'consent_identifiers'}) }}

-- What the newest record of each identifier says of each purpose; of two at one time the strictest.
with consent_records as (
    select * from {{ ref('int_consent__records') }}
),

ranked as (
    select
        consent_records.*,
        row_number() over (
            partition by
                consent_records.identifier_type,
                consent_records.identifier_value,
                consent_records.purpose
            order by
                consent_records.occurred_at desc nulls first,
                (case when consent_records.is_grant then 1 else 0 end) asc
        ) as newest_rank
    from consent_records
)

select
    identifier_type,
    identifier_value,
    purpose,
    is_grant as is_granted,
    occurred_at
from ranked
where newest_rank = 1
