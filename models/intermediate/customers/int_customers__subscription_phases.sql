{{ config(materialized='table') }}

-- What each phase of a subscription goes on from, and whether its plan is another than before.
with subscriptions as (
    select * from {{ ref('int_activity__subscriptions') }}
    where customer_id is not null
),

neighbours as (
    select
        subscriptions.*,
        lag(subscriptions.ended_at) over phases as previous_ended_at,
        lag(subscriptions.status) over phases as previous_status,
        lag(subscriptions.plan) over phases as previous_plan,
        lag(subscriptions.monthly_amount) over phases as previous_monthly_amount,
        lag(subscriptions.payments_per_year) over phases as previous_payments_per_year,
        lead(subscriptions.status) over phases as next_status,
        lead(subscriptions.cancellation_reason) over phases as next_cancellation_reason
    from subscriptions
    window phases as (
        partition by
            subscriptions.source, subscriptions.subscription_id, subscriptions.customer_id
        order by subscriptions.started_at
    )
),

judged as (
    select
        neighbours.*,
        neighbours.status <> 'cancelled'
        and coalesce(neighbours.ended_at >= {{ as_of() }}, true) as is_live,
        coalesce(
            neighbours.status <> 'cancelled' and neighbours.previous_status <> 'cancelled'
            and neighbours.previous_ended_at = neighbours.started_at,
            false
        ) as is_continued,
        coalesce(neighbours.plan <> neighbours.previous_plan, false) as is_other_plan
    from neighbours
)

select
    source,
    subscription_id,
    customer_id,
    started_at,
    ended_at,
    plan,
    status,
    is_live,
    -- A trial pays nothing, whatever it will cost.
    case when status in ('active', 'past_due') then monthly_amount end as monthly_value_amount,
    max(case when not is_continued then started_at end) over phases as subscription_since,
    max(case when not is_continued or is_other_plan then started_at end) over phases as plan_since,
    case
        -- Going on from a trial is no change but a beginning.
        when not (is_continued and is_other_plan) or 'trial' in (status, previous_status) then null
        -- A longer interval is often cheaper a month, a shorter one dearer: that alone tells
        -- nothing of the plan.
        when
            monthly_amount > previous_monthly_amount
            and payments_per_year <= previous_payments_per_year
            then 'upgrade'
        when
            monthly_amount < previous_monthly_amount
            and payments_per_year >= previous_payments_per_year
            then 'downgrade'
        else 'other'
    end as plan_change,
    coalesce(
        cancellation_reason,
        case when next_status = 'cancelled' then next_cancellation_reason end
    ) as cancellation_reason
from judged
window phases as (partition by source, subscription_id order by started_at)
