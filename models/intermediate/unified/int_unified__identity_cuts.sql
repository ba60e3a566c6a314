{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__identity_cuts_versions') }}
),

ranked as (
    select
        versions.*,
        {{ version_rank(
            ['source', 'cut_id'],
            counts_when='requested_at < ' ~ as_of()
        ) }} as version_rank
    from versions
)

select
    source,
    cut_id,
    requested_at,
    left_type,
    left_value,
    right_type,
    right_value,
    status,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
