{{ config(enabled=source_is_on('email_platform')) }}

with activity as (
    select * from {{ ref('stg_email_platform__activity') }}
)

select
    activity.activity_id as message_event_id,
    activity.message_id,
    activity.campaign_id,
    activity.channel,
    case activity.activity_type
        when 'send' then 'sent'
        when 'delivery' then 'delivered'
        when 'open' then 'opened'
        when 'click' then 'clicked'
        when 'bounce' then 'bounced'
        when 'spam_report' then 'complained'
        when 'unsubscribe' then 'unsubscribed'
        else activity.activity_type
    end as action,
    activity.occurred_at,
    activity.user_id,
    activity.email,
    activity.phone,
    activity.link_url,
    activity.link_category,
    -- What is told of a message that arrived is no bounce.
    case when activity.activity_type = 'bounce' then activity.bounce_type end as bounce_type,
    activity.is_machine_open
from activity
