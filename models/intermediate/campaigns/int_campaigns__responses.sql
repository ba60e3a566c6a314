{{ config(materialized='table') }}

-- What recipients did within the campaign's horizon: the first visit that its links brought, by
-- UTM, the first time they did what it is to bring about, and what they spent.
with recipients as (
    select
        recipients.*,
        campaigns.utm_campaign,
        campaigns.goal_event
    from {{ ref('int_campaigns__recipients') }} as recipients
    inner join {{ ref('int_campaigns__campaigns') }} as campaigns
        on
            recipients.source = campaigns.source
            and recipients.campaign_id = campaigns.campaign_id
),

events as (
    select * from {{ ref('int_activity__events') }}
),

purchases as (
    select * from {{ ref('int_activity__purchases') }}
),

orders as (
    select * from {{ ref('int_activity__orders') }}
    where status <> 'cancelled'
),

actions as (
    select
        customer_id,
        {{ lowered('event_name') }} as event_name,
        occurred_at
    from events
    -- What counts as a purchase, each source says; one that was cancelled does not.
    where {{ lowered('event_name') }} <> 'order_completed'
    union all
    select
        customer_id,
        'order_completed' as event_name,
        purchased_at as occurred_at
    from purchases
),

visits as (
    select
        recipients.source,
        recipients.campaign_id,
        recipients.customer_id,
        min(events.occurred_at) as visited_at
    from recipients
    inner join events
        on
            recipients.customer_id = events.customer_id
            and recipients.utm_campaign = {{ lowered('events.utm_campaign') }}
            and recipients.started_at <= events.occurred_at
            and recipients.ends_at > events.occurred_at
    group by recipients.source, recipients.campaign_id, recipients.customer_id
),

conversions as (
    select
        recipients.source,
        recipients.campaign_id,
        recipients.customer_id,
        min(actions.occurred_at) as converted_at
    from recipients
    inner join actions
        on
            recipients.customer_id = actions.customer_id
            and recipients.goal_event = actions.event_name
            and recipients.started_at <= actions.occurred_at
            and recipients.ends_at > actions.occurred_at
    group by recipients.source, recipients.campaign_id, recipients.customer_id
),

spent as (
    select
        recipients.source,
        recipients.campaign_id,
        recipients.customer_id,
        sum(orders.net_amount) as revenue_amount
    from recipients
    inner join orders
        on
            recipients.customer_id = orders.customer_id
            and recipients.started_at <= orders.ordered_at
            and recipients.ends_at > orders.ordered_at
    group by recipients.source, recipients.campaign_id, recipients.customer_id
)

select
    recipients.source,
    recipients.campaign_id,
    recipients.customer_id,
    recipients.variant,
    visits.visited_at,
    conversions.converted_at,
    {{ seconds_between('recipients.started_at', 'conversions.converted_at') }} / 3600
        as hours_to_action,
    coalesce(spent.revenue_amount, 0) as revenue_amount,
    recipients.ends_at <= {{ as_of() }} as is_over
from recipients
left join visits
    on
        recipients.source = visits.source
        and recipients.campaign_id = visits.campaign_id
        and recipients.customer_id = visits.customer_id
left join conversions
    on
        recipients.source = conversions.source
        and recipients.campaign_id = conversions.campaign_id
        and recipients.customer_id = conversions.customer_id
left join spent
    on
        recipients.source = spent.source
        and recipients.campaign_id = spent.campaign_id
        and recipients.customer_id = spent.customer_id
