{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__devices_versions') }}
),

ranked as (
    select
        versions.*,
        {{ version_rank(['source', 'device_id']) }} as version_rank
    from versions
)

select
    source,
    device_id,
    user_id,
    anonymous_id,
    os,
    push_token,
    is_push_enabled,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
