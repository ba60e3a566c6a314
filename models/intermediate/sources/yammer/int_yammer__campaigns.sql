{{ config(enabled=source_is_on('yammer')) }}

with messages as (
    select * from {{ ref('int_yammer__messages') }}
)

select
    campaign_id,
    campaign_id as name,
    'email' as channel,
    'marketing_email' as purpose,
    min(occurred_at) as started_at
from messages
where campaign_id is not null
group by campaign_id
