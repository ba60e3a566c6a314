{{ config(enabled=source_is_on('app')) }}

with installations as (
    select * from {{ ref('stg_app__installations') }}
)

select
    installations.device_id,
    installations.user_id,
    installations.anonymous_id,
    installations.os,
    installations.push_token,
    installations.is_push_enabled,
    installations.updated_at
from installations
