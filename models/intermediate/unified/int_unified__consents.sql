{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__consents_versions') }}
),

-- A denial counts whatever its time; a grant, like all else, from its time on. Of two versions of
-- one record that are equally new the stricter counts.
ranked as (
    select
        versions.*,
        {{ version_rank(
            ['source', 'consent_id'],
            counts_when="coalesce(status, '') <> 'granted' or occurred_at < " ~ as_of(),
            is_timeless=true,
            tie_break="case when status = 'granted' then 1 else 0 end asc"
        ) }} as version_rank
    from versions
)

select
    source,
    consent_id,
    user_id,
    email,
    phone,
    loyalty_id,
    anonymous_id,
    purpose,
    status,
    occurred_at,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
