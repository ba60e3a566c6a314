{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__tickets_versions') }}
),

ranked as (
    select
        versions.*,
        {{ version_rank(
            ['source', 'ticket_id'],
            counts_when='opened_at < ' ~ as_of()
        ) }} as version_rank
    from versions
)

select
    source,
    ticket_id,
    opened_at,
    closed_at,
    user_id,
    email,
    channel,
    topic,
    csat,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
