-- On which days a known customer was active in which channel: there themselves, or taking a message
-- up. What a machine opened counts for nobody.
with identifier_platforms as (
    select * from {{ ref('int_activity__identifier_platforms') }}
),

living_clusters as (
    select * from {{ ref('int_identity__living_clusters') }}
    where is_known
),

messages as (
    select * from {{ ref('int_activity__messages') }}
    where
        customer_id is not null
        and (action = 'clicked' or (action = 'opened' and not is_machine_open))
        and occurred_at >= {{ days_before_as_of(setting('engagement_score_days')) }}
)

select
    living_clusters.customer_id,
    case
        when identifier_platforms.platform = 'web' then 'web'
        when identifier_platforms.platform in ('ios', 'android') then 'app'
        when identifier_platforms.platform in ('store', 'kiosk') then 'store'
        else 'other'
    end as channel,
    identifier_platforms.activity_date
from identifier_platforms
inner join living_clusters
    on
        identifier_platforms.identifier_type = living_clusters.identifier_type
        and identifier_platforms.identifier_value = living_clusters.identifier_value
-- A day on two devices, or two apps, is one.
union
select
    customer_id,
    channel,
    cast(occurred_at as date) as activity_date
from messages
