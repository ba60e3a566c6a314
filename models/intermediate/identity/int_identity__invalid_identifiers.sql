-- Per source and type, how many records carry an identifier that cannot identify anybody.
with observed_identifiers as (
    select * from {{ ref('int_identity__observed_identifiers') }}
    where barred_reason = 'invalid'
)

select
    source,
    identifier_type,
    cast(sum(record_count) as bigint) as record_count
from observed_identifiers
group by source, identifier_type
