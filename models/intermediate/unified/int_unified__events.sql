{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__events_versions') }}
),

ranked as (
    select
        versions.*,
        {{ version_rank(
            ['source', 'event_id'],
            counts_when='occurred_at < ' ~ as_of()
        ) }} as version_rank
    from versions
)

select
    source,
    event_id,
    occurred_at,
    received_at,
    sequence_number,
    event_name,
    user_id,
    anonymous_id,
    email,
    session_id,
    platform,
    utm_source,
    utm_medium,
    utm_campaign,
    country,
    city,
    device_os,
    page_path,
    product_id,
    category,
    value_amount,
    currency,
    properties,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
