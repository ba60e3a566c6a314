{{ config(enabled=source_is_on('sparkify')) }}

with events as (
    select * from {{ ref('stg_sparkify__events') }}
)

select
    session_id || ':' || cast(sequence_number as {{ dbt.type_string() }}) as event_id,
    occurred_at,
    sequence_number,
    case page
        when 'NextSong' then 'content_played'
        when 'Login' then 'signed_in'
        when 'Logout' then 'signed_out'
        when 'Save Settings' then 'settings_saved'
        when 'Submit Upgrade' then 'plan_upgraded'
        when 'Submit Downgrade' then 'plan_downgraded'
        when 'Error' then 'error_shown'
        else 'page_viewed'
    end as event_name,
    user_id,
    -- A visit's number goes on after its user signs out; what follows is nobody's.
    case when user_id is not null then session_id end as session_id,
    'web' as platform,
    page as page_path,
    {{ json_object_of('page', 'page') }} as properties,
    occurred_at as updated_at,
    delivered_file,
    delivered_line
from events
