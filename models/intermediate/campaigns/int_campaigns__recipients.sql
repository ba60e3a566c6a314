{{ config(materialized='table') }}

-- Whom a campaign was about: of all that an arm was drawn for, reached or not, from the draw on, so
-- that the arms count alike; and of those it was sent to without a draw, from their first message.
with campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
),

messages as (
    select * from {{ ref('int_activity__messages') }}
    where customer_id is not null and action in ('sent', 'delivered')
),

assignments as (
    select * from {{ ref('int_campaigns__assignments') }}
),

sent as (
    select
        source,
        campaign_id,
        customer_id,
        min(occurred_at) as sent_at
    from messages
    group by source, campaign_id, customer_id
),

reached as (
    select
        coalesce(sent.source, assignments.source) as source,
        coalesce(sent.campaign_id, assignments.campaign_id) as campaign_id,
        coalesce(sent.customer_id, assignments.customer_id) as customer_id,
        case
            when assignments.customer_id is null then 'unassigned'
            else coalesce(assignments.variant, 'several')
        end as variant,
        sent.sent_at,
        coalesce(assignments.assigned_at, sent.sent_at) as started_at
    from sent
    full outer join assignments
        on
            sent.source = assignments.source
            and sent.campaign_id = assignments.campaign_id
            and sent.customer_id = assignments.customer_id
)

select
    reached.source,
    reached.campaign_id,
    reached.customer_id,
    reached.variant,
    reached.sent_at,
    reached.started_at,
    {{ days_after('reached.started_at', 'campaigns.horizon_days') }} as ends_at
from reached
inner join campaigns
    on
        reached.source = campaigns.source
        and reached.campaign_id = campaigns.campaign_id
