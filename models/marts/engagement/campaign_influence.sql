-- Whether a campaign moves states: the shares of its people and of those it is held against that
-- went from one state to another, and the difference with its 95 % interval (Newcombe). Only where
-- chance drew the arms is the difference the campaign's doing, and only where their sizes are what
-- chance gives is it shown.
with campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
),

trials as (
    select * from {{ ref('int_campaigns__trials') }}
),

unexposed as (
    select * from {{ ref('int_campaigns__unexposed') }}
),

sent_weeks as (
    select
        source,
        campaign_id,
        max({{ days_after('measured_at', '7 + horizon_days') }}) <= {{ as_of() }} as is_final
    from {{ ref('int_campaigns__sent_weeks') }}
    group by source, campaign_id
),

strata as (
    select * from {{ ref('int_campaigns__strata') }}
    where unexposed_count > 0
),

-- The unexposed of each week weigh as much as the exposed do, and count for as many as such a
-- weighted sample is worth: (sum of weights)^2 / sum of squares. Decimals, which add up to the same
-- in any order.
weighed as (
    select
        strata.*,
        cast(
            strata.exposed_count * strata.unexposed_moved_count
            / cast(strata.unexposed_count as double)
            as decimal(30, 12)
        ) as expected_moved_count,
        cast(
            strata.exposed_count * strata.exposed_count / cast(strata.unexposed_count as double)
            as decimal(30, 12)
        ) as squared_weight
    from strata
),

summed as (
    select
        source,
        campaign_id,
        design,
        from_state,
        to_state,
        cast(sum(exposed_count) as double) as exposed_count,
        cast(sum(exposed_moved_count) as double) as exposed_moved_count,
        cast(sum(unexposed_count) as bigint) as unexposed_count,
        cast(sum(unexposed_moved_count) as bigint) as unexposed_moved_count,
        cast(sum(expected_moved_count) as double) / sum(exposed_count) as unexposed_rate,
        pow(cast(sum(exposed_count) as double), 2) / cast(sum(squared_weight) as double)
            as weighed_size
    from weighed
    group by source, campaign_id, design, from_state, to_state
),

compared as (
    select
        summed.*,
        -- Of several weeks no more than there are people; least passes over nulls.
        least(summed.weighed_size, unexposed.customer_count) as unexposed_size,
        coalesce(trials.is_final, sent_weeks.is_final) as is_final,
        case
            when summed.design = 'observational' then null
            when trials.chi_squared > 10.828 then 'failed'
            when trials.chi_squared is null then 'untested'
            else 'passed'
        end as sample_ratio_test,
        summed.exposed_moved_count / summed.exposed_count as exposed_rate
    from summed
    left join trials
        on
            summed.source = trials.source
            and summed.campaign_id = trials.campaign_id
    left join sent_weeks
        on
            summed.source = sent_weeks.source
            and summed.campaign_id = sent_weeks.campaign_id
    left join unexposed
        on
            summed.source = unexposed.source
            and summed.campaign_id = unexposed.campaign_id
            and summed.from_state = unexposed.from_state
),

bounded as (
    select
        compared.*,
        coalesce(compared.sample_ratio_test, 'passed') = 'passed' as is_shown,
        compared.exposed_rate - compared.unexposed_rate as difference,
        {{ wilson_bound('compared.exposed_rate', 'compared.exposed_count', '-') }} as exposed_low,
        {{ wilson_bound('compared.exposed_rate', 'compared.exposed_count', '+') }} as exposed_high,
        {{ wilson_bound('compared.unexposed_rate', 'compared.unexposed_size', '-') }}
            as unexposed_low,
        {{ wilson_bound('compared.unexposed_rate', 'compared.unexposed_size', '+') }}
            as unexposed_high
    from compared
)

select
    bounded.source,
    bounded.campaign_id,
    bounded.from_state,
    bounded.to_state,
    bounded.design,
    campaigns.horizon_days,
    bounded.sample_ratio_test,
    cast(bounded.exposed_count as bigint) as exposed_count,
    bounded.unexposed_count,
    case when bounded.is_shown then cast(bounded.exposed_moved_count as bigint) end
        as exposed_moved_count,
    case when bounded.is_shown then bounded.unexposed_moved_count end as unexposed_moved_count,
    case when bounded.is_shown then {{ rounded('bounded.exposed_rate', 6) }} end as exposed_rate,
    case when bounded.is_shown then {{ rounded('bounded.unexposed_rate', 6) }} end
        as unexposed_rate,
    case when bounded.is_shown then {{ rounded('bounded.difference', 6) }} end as difference,
    case
        when bounded.is_shown
            then {{ rounded(
                'bounded.difference - sqrt('
                ~ 'pow(bounded.exposed_rate - bounded.exposed_low, 2)'
                ~ ' + pow(bounded.unexposed_high - bounded.unexposed_rate, 2))', 6
            ) }}
    end as difference_low,
    case
        when bounded.is_shown
            then {{ rounded(
                'bounded.difference + sqrt('
                ~ 'pow(bounded.exposed_high - bounded.exposed_rate, 2)'
                ~ ' + pow(bounded.unexposed_rate - bounded.unexposed_low, 2))', 6
            ) }}
    end as difference_high,
    bounded.is_final
from bounded
inner join campaigns
    on
        bounded.source = campaigns.source
        and bounded.campaign_id = campaigns.campaign_id
