{{ config(materialized='table') }}

-- Whom each live or planned campaign is for: its audience's customers, everybody where that is
-- `all`, and where it names no audience of the catalogue, those it was sent to or drawn for.
-- Consent is not asked here: it says who may be written to, not whom a message fits. Whom it fits
-- is told by what they did: of who denied profiling nothing is said.
with campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
    where is_live_or_planned
),

audience_catalogue as (
    select * from {{ ref('stg_rollcall__audience_catalogue') }}
),

qualified as (
    select * from {{ ref('int_activation__qualified') }}
),

customers as (
    select * from {{ ref('customer_360') }}
),

unprofiled as (
    select * from {{ ref('int_consent__unprofiled') }}
),

recipients as (
    select * from {{ ref('int_campaigns__recipients') }}
),

reach as (
    select
        campaigns.source,
        campaigns.campaign_id,
        customers.customer_id
    from campaigns
    cross join customers
    where campaigns.audience = 'all'
    union all
    select
        campaigns.source,
        campaigns.campaign_id,
        qualified.customer_id
    from campaigns
    inner join qualified
        on campaigns.audience = qualified.audience
    union all
    select
        campaigns.source,
        campaigns.campaign_id,
        customers.customer_id
    from campaigns
    inner join recipients
        on
            campaigns.source = recipients.source
            and campaigns.campaign_id = recipients.campaign_id
    inner join customers
        on recipients.customer_id = customers.customer_id
    left join audience_catalogue
        on campaigns.audience = audience_catalogue.audience
    where audience_catalogue.audience is null and coalesce(campaigns.audience, '') <> 'all'
)

select
    reach.source,
    reach.campaign_id,
    reach.customer_id
from reach
left join unprofiled
    on reach.customer_id = unprofiled.customer_id
where unprofiled.customer_id is null
