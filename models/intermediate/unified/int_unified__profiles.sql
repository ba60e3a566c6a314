{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__profiles_versions') }}
),

ranked as (
    select
        versions.*,
        {{ version_rank(
            ['source', 'profile_id'],
            counts_when='created_at is null or created_at < ' ~ as_of()
        ) }} as version_rank
    from versions
)

select
    source,
    profile_id,
    user_id,
    email,
    phone,
    loyalty_id,
    anonymous_id,
    first_name,
    last_name,
    birth_date,
    city,
    country,
    timezone,
    language,
    device_os,
    acquisition_channel,
    onboarding_intent,
    onboarding_use_case,
    created_at,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
