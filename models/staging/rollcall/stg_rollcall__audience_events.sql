select
    -- text
    audience,
    event_name,
    property
from {{ source('rollcall', 'audience_events') }}
