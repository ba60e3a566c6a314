{{ config(enabled=source_is_on('foodie_fi')) }}

with subscriptions as (
    select * from {{ ref('stg_foodie_fi__subscriptions') }}
),

plans as (
    select * from {{ ref('stg_foodie_fi__plans') }}
)

select
    -- A customer has one subscription, of one plan after the other.
    subscriptions.customer_number as subscription_id,
    subscriptions.started_at,
    subscriptions.customer_number as user_id,
    -- Churn is the end of a plan, and none itself; a plan without a name keeps its number.
    case
        when plans.plan is null then 'plan_' || subscriptions.plan_number
        when plans.plan <> 'churn' then plans.plan
    end as plan,
    case plans.plan when 'trial' then 'trial' when 'churn' then 'cancelled' else 'active' end
        as status,
    plans.amount,
    -- The service names no currency: it counts in the one that the company reports in.
    case when plans.amount is not null then '{{ setting('reporting_currency') }}' end as currency,
    case
        when plans.plan like '% monthly' then 'month'
        when plans.plan like '% annual' then 'year'
    end as billing_interval,
    subscriptions.started_at as updated_at
from subscriptions
left join plans
    on subscriptions.plan_number = plans.plan_number
