{{ config(materialized='table') }}

{%- set missing -%}
'no rate ' || coalesce(currency, '(no currency)') || ' to {{ setting('reporting_currency') }} on '
|| cast(cast(happened_at as date) as {{ dbt.type_string() }})
{%- endset %}

-- Per source, how many amounts there are, and how many of them no exchange rate turns into the
-- reporting currency. What a client sends with an event, or without a currency, is unknown then; an
-- order or a subscription in a currency that the company takes, and has no rate for, stops the run.
with orders as (
    select * from {{ ref('int_unified__orders') }}
),

events as (
    select * from {{ ref('int_unified__events') }}
),

subscriptions as (
    select * from {{ ref('int_unified__subscriptions') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
),

amounts as (
    select
        source,
        currency,
        ordered_at as happened_at,
        net_amount as amount,
        currency is not null as needs_rate
    from orders
    union all
    select
        source,
        currency,
        occurred_at as happened_at,
        value_amount as amount,
        false as needs_rate
    from events
    union all
    select
        source,
        currency,
        started_at as happened_at,
        amount,
        currency is not null as needs_rate
    from subscriptions
),

converted as (
    select
        amounts.source,
        amounts.currency,
        amounts.happened_at,
        amounts.needs_rate,
        {{ in_reporting_currency('amounts.amount', 'amounts') }} as reporting_amount
    from amounts
    {{ exchange_rate_join('amounts', 'amounts.happened_at') }}
    where amounts.amount is not null
),

judged as (
    select
        source,
        reporting_amount is null as is_unconverted,
        case
            when reporting_amount is null and needs_rate
                then {{ raise_error("'exchange_rates: ' || " ~ missing) }}
            when reporting_amount is null then {{ missing }}
        end as detail
    from converted
)

select
    source,
    count(*) as amount_count,
    count(*) filter (where is_unconverted) as unconverted_count,
    min(detail) as detail
from judged
group by source
