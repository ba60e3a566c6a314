-- What every known customer who did not deny profiling did after each moment at which somebody
-- entered an audience whose figures are due: a row an outcome that came about, so that shares are
-- told by counting rows.
{%- set response_days = setting('audience_response_days') %}
{%- set retention_days = setting('audience_retention_days') %}

with moments as (
    select distinct entered_at as measured_at
    from {{ ref('int_activation__audience_entries') }}
    where is_response_due or is_retention_due
),

customers as (
    select * from {{ ref('int_customers__known') }}
),

profiled as (
    select * from {{ ref('int_customers__profiled') }}
),

actions as (
    select * from {{ ref('int_engagement__customer_actions') }}
),

goals as (
    select
        'goal ' || goal as outcome,
        case
            when event_name in ('purchase', 'any_event', 'feature_adoption') then event_name
            else 'event ' || event_name
        end as word
    from {{ ref('audience_goals') }}
),

known as (
    select
        moments.measured_at,
        customers.customer_id,
        {{ days_after('moments.measured_at', response_days) }} as response_ends_at,
        {{ days_after('moments.measured_at', retention_days - response_days) }} as return_begins_at,
        {{ days_after('moments.measured_at', retention_days) }} as return_ends_at
    from moments
    cross join customers
    inner join profiled
        on customers.customer_id = profiled.customer_id
    where customers.first_seen_at is null or customers.first_seen_at < moments.measured_at
),

-- What each did from the moment on, and whether they had bought before it.
done as (
    select
        known.measured_at,
        known.customer_id,
        min(actions.occurred_at) filter (
            where actions.occurred_at >= known.measured_at
            and actions.occurred_at < known.response_ends_at
        ) as first_action_at,
        count(*) filter (
            where actions.word = 'purchase' and actions.occurred_at < known.measured_at
        ) as former_purchase_count,
        count(*) filter (
            where actions.word = 'purchase'
            and actions.occurred_at >= known.measured_at
            and actions.occurred_at < known.response_ends_at
        ) as purchase_count,
        count(*) filter (
            where actions.occurred_at >= known.return_begins_at
        ) as return_count
    from known
    left join actions
        on
            known.customer_id = actions.customer_id
            and known.return_ends_at > actions.occurred_at
            and actions.is_action
    group by known.measured_at, known.customer_id
),

goals_met as (
    select distinct
        known.measured_at,
        known.customer_id,
        goals.outcome
    from known
    inner join actions
        on
            known.customer_id = actions.customer_id
            and known.measured_at <= actions.occurred_at
            and known.response_ends_at > actions.occurred_at
    inner join goals
        on actions.word = goals.word
),

-- Whole hours for who is engaged: enough for a median, and few enough to count customers by.
told as (
    select
        measured_at,
        customer_id,
        cast(0 as bigint) as known,
        cast(0 as bigint) as followed,
        cast(floor({{ seconds_between('measured_at', 'first_action_at') }} / 3600) as bigint)
            as engaged,
        case when former_purchase_count > 0 then cast(0 as bigint) end as bought_before,
        case
            when former_purchase_count > 0 and purchase_count > 0 then cast(0 as bigint)
        end as bought_again,
        case when return_count > 0 then cast(0 as bigint) end as returned
    from done
)

select
    measured_at,
    customer_id,
    outcome,
    hour_count
from told
unpivot (
    hour_count for outcome in (
        known, followed, engaged, bought_before, bought_again, returned
    )
)
union all
select
    measured_at,
    customer_id,
    outcome,
    cast(0 as bigint) as hour_count
from goals_met
