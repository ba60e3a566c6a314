{{ config(materialized='table') }}

-- Phases of subscriptions with their customer, in the reporting currency; those of erased people
-- are gone. A phase lasts until its own end or the next phase, whichever is first.
{%- set types = ['user_id', 'email'] %}

with subscriptions as (
    select * from {{ ref('int_unified__subscriptions') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
),

billing_intervals as (
    select * from {{ ref('billing_intervals') }}
),

clusters as (
    select * from {{ ref('int_identity__clusters') }}
),

erased_customers as (
    select * from {{ ref('int_identity__erased_customers') }}
),

followed as (
    select
        subscriptions.*,
        lead(subscriptions.started_at) over (
            partition by subscriptions.source, subscriptions.subscription_id
            order by subscriptions.started_at
        ) as next_started_at
    from subscriptions
),

attributed as (
    select
        followed.source,
        followed.subscription_id,
        followed.started_at,
        -- least passes over nulls, on Spark as well.
        least(followed.ended_at, followed.next_started_at) as ended_at,
        followed.plan,
        case
            -- A source that writes the end into the phase itself: it went on until then.
            when followed.status = 'cancelled' and followed.ended_at > followed.started_at
                then 'active'
            else coalesce(followed.status, 'active')
        end as status,
        followed.amount,
        followed.currency,
        followed.billing_interval,
        followed.cancellation_reason,
        {{ customer_of(types) }} as customer_id
    from followed
    {{ customer_joins('followed', types) }}
),

converted as (
    select
        attributed.*,
        {{ in_reporting_currency('attributed.amount', 'attributed') }}
            as reporting_amount
    from attributed
    {{ exchange_rate_join('attributed', 'attributed.started_at') }}
)

select
    converted.source,
    converted.subscription_id,
    converted.customer_id,
    converted.started_at,
    converted.ended_at,
    converted.plan,
    converted.status,
    converted.reporting_amount as amount,
    '{{ setting('reporting_currency') }}' as currency,
    converted.billing_interval,
    billing_intervals.count_per_year as payments_per_year,
    {{ amount_per('converted.reporting_amount * billing_intervals.count_per_year', '12') }}
        as monthly_amount,
    converted.cancellation_reason
from converted
left join billing_intervals
    on converted.billing_interval = billing_intervals.billing_interval
left join erased_customers
    on converted.customer_id = erased_customers.customer_id
where erased_customers.customer_id is null
