-- Randomised campaigns, and whether the draw held: where the arms' sizes are further from the
-- planned shares than chance does once in a thousand (chi-squared of one degree of freedom above
-- 10.828), something other than chance chose, and nothing that is compared can be trusted. It has
-- to hold of all who were drawn, and of those whose horizon has ended.
with campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
    where is_randomised
),

assignments as (
    select * from {{ ref('int_campaigns__assignments') }}
    where variant is not null
),

draws as (
    select
        campaigns.source,
        campaigns.campaign_id,
        cast(campaigns.holdout_rate as double) as holdout_rate,
        assignments.variant = 'holdout' as is_holdout,
        {{ days_after('assignments.assigned_at', 'campaigns.horizon_days') }} <= {{ as_of() }}
            as is_over
    from campaigns
    inner join assignments
        on
            campaigns.source = assignments.source
            and campaigns.campaign_id = assignments.campaign_id
),

arms as (
    select
        source,
        campaign_id,
        holdout_rate,
        cast(count(*) as double) as drawn_count,
        cast(count(*) filter (where is_holdout) as double) as holdout_count,
        cast(count(*) filter (where is_over) as double) as over_drawn_count,
        cast(count(*) filter (where is_over and is_holdout) as double) as over_holdout_count
    from draws
    group by source, campaign_id, holdout_rate
)

select
    source,
    campaign_id,
    -- Both arms are as far from their share, so the two terms of chi-squared make one.
    greatest(
        pow(holdout_count - drawn_count * holdout_rate, 2)
        / nullif(drawn_count * holdout_rate * (1 - holdout_rate), 0),
        pow(over_holdout_count - over_drawn_count * holdout_rate, 2)
        / nullif(over_drawn_count * holdout_rate * (1 - holdout_rate), 0)
    ) as chi_squared,
    drawn_count = over_drawn_count as is_final
from arms
