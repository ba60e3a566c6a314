-- Randomised campaigns, and whether the draw held: where the arms' sizes are further from the
-- planned shares than chance does once in a thousand (chi-squared of one degree of freedom above
-- 10.828), something other than chance chose, and nothing that is compared can be trusted.
with campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
    where is_randomised
),

assignments as (
    select * from {{ ref('int_campaigns__assignments') }}
    where variant is not null
),

arms as (
    select
        campaigns.source,
        campaigns.campaign_id,
        cast(campaigns.holdout_rate as double) as holdout_rate,
        cast(count(*) as double) as assigned_count,
        cast(count(*) filter (where assignments.variant = 'holdout') as double) as holdout_count
    from campaigns
    inner join assignments
        on
            campaigns.source = assignments.source
            and campaigns.campaign_id = assignments.campaign_id
    group by campaigns.source, campaigns.campaign_id, campaigns.holdout_rate
)

select
    source,
    campaign_id,
    -- Both arms are as far from their share, so the two terms of chi-squared make one.
    pow(holdout_count - assigned_count * holdout_rate, 2)
    / nullif(assigned_count * holdout_rate * (1 - holdout_rate), 0) as chi_squared
from arms
