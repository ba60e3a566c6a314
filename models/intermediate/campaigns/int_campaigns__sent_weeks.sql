{{ config(materialized='table') }}

-- The week in which a campaign that nobody drew arms for was first sent to somebody: the Monday
-- that it begins on.
with recipients as (
    select * from {{ ref('int_campaigns__recipients') }}
    where sent_at is not null
),

campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
    where not is_randomised
)

select
    recipients.source,
    recipients.campaign_id,
    recipients.customer_id,
    campaigns.horizon_days,
    cast(date_trunc('week', recipients.sent_at) as timestamp) as measured_at
from recipients
inner join campaigns
    on
        recipients.source = campaigns.source
        and recipients.campaign_id = campaigns.campaign_id
