{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__messages_versions') }}
),

ranked as (
    select
        versions.*,
        {{ version_rank(
            ['source', 'message_event_id'],
            counts_when='occurred_at < ' ~ as_of()
        ) }} as version_rank
    from versions
)

select
    source,
    message_event_id,
    message_id,
    campaign_id,
    channel,
    action,
    occurred_at,
    user_id,
    email,
    phone,
    link_url,
    link_category,
    bounce_type,
    is_machine_open,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
