{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__erasure_requests_versions') }}
),

-- A request counts whatever its time.
ranked as (
    select
        versions.*,
        {{ version_rank(['source', 'request_id'], is_timeless=true) }} as version_rank
    from versions
)

select
    source,
    request_id,
    requested_at,
    user_id,
    email,
    phone,
    loyalty_id,
    anonymous_id,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
