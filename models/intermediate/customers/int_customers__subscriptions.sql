{{ config(materialized='table') }}

with phases as (
    select * from {{ ref('int_customers__subscription_phases') }}
),

-- Of several subscriptions the one that counts: live before ended, then by monthly value, then the
-- newest phase. Of those that have ended, the last to end.
ranked as (
    select
        phases.*,
        row_number() over (
            partition by phases.customer_id
            order by
                phases.is_live desc,
                -- The row that tells the end says nothing of what has ended.
                phases.status = 'cancelled' asc,
                case when phases.is_live then phases.monthly_value_amount end desc nulls last,
                case when not phases.is_live then phases.ended_at end desc nulls last,
                phases.started_at desc,
                phases.source asc,
                phases.subscription_id asc
        ) as phase_rank
    from phases
),

current_phases as (
    select * from ranked
    where phase_rank = 1
),

summed as (
    select
        customer_id,
        count(plan_change) as subscription_change_count,
        count(*) filter (where plan_change = 'upgrade') as subscription_upgrade_count,
        count(*) filter (where plan_change = 'downgrade') as subscription_downgrade_count,
        cast(
            coalesce(sum(monthly_value_amount) filter (where is_live), 0) as decimal(18, 4)
        ) as monthly_value_amount,
        max(ended_at) filter (where status = 'trial') as last_trial_ends_at,
        bool_or(status = 'trial') as had_trial,
        coalesce(
            max(started_at) filter (where status = 'active')
            > min(started_at) filter (where status = 'trial'),
            false
        ) as is_trial_converted
    from phases
    group by customer_id
)

select
    current_phases.customer_id,
    case when current_phases.is_live then current_phases.status else 'cancelled' end
        as subscription_status,
    current_phases.plan as subscription_plan,
    case when current_phases.is_live then current_phases.subscription_since end
        as subscription_since,
    case when current_phases.is_live then current_phases.plan_since end as plan_since,
    case
        when current_phases.status = 'trial' then current_phases.ended_at
        else summed.last_trial_ends_at
    end as trial_ends_at,
    summed.had_trial,
    summed.is_trial_converted,
    summed.subscription_change_count,
    summed.subscription_upgrade_count,
    summed.subscription_downgrade_count,
    summed.monthly_value_amount,
    case
        when current_phases.is_live then null
        when current_phases.status = 'cancelled' then current_phases.started_at
        else current_phases.ended_at
    end as churned_at,
    case when not current_phases.is_live then current_phases.cancellation_reason end
        as churn_reason
from current_phases
inner join summed
    on current_phases.customer_id = summed.customer_id
