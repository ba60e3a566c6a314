{{ config(enabled=source_is_on('clique_bait')) }}

with campaigns as (
    select * from {{ ref('stg_clique_bait__campaign_identifier') }}
)

select
    campaign_id,
    name,
    started_at,
    ended_at
from campaigns
