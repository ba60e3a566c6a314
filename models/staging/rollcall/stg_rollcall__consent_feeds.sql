select
    -- text
    source,
    table_name,
    -- numbers
    cast(freshness_days as int) as freshness_days
from {{ source('rollcall', 'consent_feeds') }}
