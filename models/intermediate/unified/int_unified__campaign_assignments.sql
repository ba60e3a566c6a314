{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__campaign_assignments_versions') }}
),

ranked as (
    select
        versions.*,
        {{ version_rank(
            ['source', 'campaign_id', 'user_key'],
            counts_when='assigned_at < ' ~ as_of()
        ) }} as version_rank
    from versions
)

select
    source,
    campaign_id,
    user_key,
    variant,
    assigned_at,
    user_id,
    email,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
