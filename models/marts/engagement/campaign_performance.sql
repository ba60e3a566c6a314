-- What became of each campaign, by the arm that its recipients were drawn into.
with campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
),

recipients as (
    select * from {{ ref('int_campaigns__recipients') }}
),

responses as (
    select * from {{ ref('int_campaigns__responses') }}
),

-- A message is counted once however often it is opened; what a machine opened, nobody did.
messages as (
    select
        messages.source,
        messages.campaign_id,
        coalesce(recipients.variant, 'unassigned') as variant,
        messages.action,
        coalesce(messages.message_id, messages.message_event_id) as message_id
    from {{ ref('int_activity__messages') }} as messages
    left join recipients
        on
            messages.source = recipients.source
            and messages.campaign_id = recipients.campaign_id
            and messages.customer_id = recipients.customer_id
    where not (messages.action = 'opened' and messages.is_machine_open)
),

message_counts as (
    select
        source,
        campaign_id,
        variant,
        count(distinct case when action = 'sent' then message_id end) as sent_count,
        count(distinct case when action = 'delivered' then message_id end) as delivered_count,
        count(distinct case when action = 'opened' then message_id end) as opened_count,
        count(distinct case when action = 'clicked' then message_id end) as clicked_count
    from messages
    group by source, campaign_id, variant
),

response_counts as (
    select
        source,
        campaign_id,
        variant,
        count(*) as recipient_count,
        count(visited_at) as visited_count,
        count(converted_at) as converted_count,
        sum(revenue_amount) as revenue_amount,
        median(hours_to_action) as median_hours_to_action,
        min(case when is_over then 1 else 0 end) = 1 as is_final
    from responses
    group by source, campaign_id, variant
),

counted as (
    select
        coalesce(message_counts.source, response_counts.source) as source,
        coalesce(message_counts.campaign_id, response_counts.campaign_id) as campaign_id,
        coalesce(message_counts.variant, response_counts.variant) as variant,
        coalesce(response_counts.recipient_count, 0) as recipient_count,
        coalesce(message_counts.sent_count, 0) as sent_count,
        coalesce(message_counts.delivered_count, 0) as delivered_count,
        coalesce(message_counts.opened_count, 0) as opened_count,
        coalesce(message_counts.clicked_count, 0) as clicked_count,
        coalesce(response_counts.visited_count, 0) as visited_count,
        coalesce(response_counts.converted_count, 0) as converted_count,
        coalesce(response_counts.revenue_amount, 0) as revenue_amount,
        response_counts.median_hours_to_action,
        coalesce(response_counts.is_final, true) as is_final,
        -- A platform that tells no delivery delivers what it sends.
        coalesce(nullif(message_counts.delivered_count, 0), message_counts.sent_count)
            as received_count
    from message_counts
    full outer join response_counts
        on
            message_counts.source = response_counts.source
            and message_counts.campaign_id = response_counts.campaign_id
            and message_counts.variant = response_counts.variant
)

select
    counted.source,
    counted.campaign_id,
    counted.variant,
    campaigns.name,
    campaigns.channel,
    counted.recipient_count,
    counted.sent_count,
    counted.delivered_count,
    counted.opened_count,
    counted.clicked_count,
    counted.visited_count,
    counted.converted_count,
    -- Unknown where the platform tells no delivery.
    {{ rounded(
        'nullif(counted.delivered_count, 0) / nullif(cast(counted.sent_count as double), 0)', 6
    ) }} as delivered_rate,
    {%- for count, base in [
        ('opened', 'received'), ('clicked', 'received'),
        ('visited', 'recipient'), ('converted', 'recipient')
    ] %}
    {{ rounded(
        'counted.' ~ count ~ '_count / nullif(cast(counted.' ~ base ~ '_count as double), 0)', 6
    ) }} as {{ count }}_rate,
    {%- endfor %}
    cast(counted.revenue_amount as decimal(18, 4)) as revenue_amount,
    {{ amount_per('counted.revenue_amount', 'counted.recipient_count') }}
        as revenue_per_recipient_amount,
    {{ rounded('counted.median_hours_to_action', 4) }} as median_hours_to_action,
    counted.is_final
from counted
inner join campaigns
    on
        counted.source = campaigns.source
        and counted.campaign_id = campaigns.campaign_id
