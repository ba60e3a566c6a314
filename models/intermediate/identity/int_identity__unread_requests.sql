-- Consents and erasure requests whose phone nobody can read: they find nobody by it, so a
-- withdrawal among them would be lost without a word.
with requests as (
    select
        source,
        phone
    from {{ ref('int_unified__consents') }}
    union all
    select
        source,
        phone
    from {{ ref('int_unified__erasure_requests') }}
),

phone_numbers as (
    select * from {{ ref('int_identity__phone_numbers') }}
    where phone is null
)

select
    requests.source,
    count(*) as record_count
from requests
inner join phone_numbers
    on
        requests.phone = phone_numbers.written_phone
        and phone_numbers.country = {{ phone_country() }}
group by requests.source
