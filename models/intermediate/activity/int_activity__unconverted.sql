-- Per source, how many amounts there are, and how many of them no exchange rate turns into the
-- reporting currency: those count as unknown, so many of them would make every sum wrong.
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
        net_amount as amount
    from orders
    union all
    select
        source,
        currency,
        occurred_at as happened_at,
        value_amount as amount
    from events
    union all
    select
        source,
        currency,
        started_at as happened_at,
        amount
    from subscriptions
),

converted as (
    select
        amounts.source,
        amounts.currency,
        amounts.happened_at,
        {{ in_reporting_currency('amounts.amount', 'amounts') }} as reporting_amount
    from amounts
    {{ exchange_rate_join('amounts', 'amounts.happened_at') }}
    where amounts.amount is not null
)

select
    source,
    count(*) as amount_count,
    count(*) filter (where reporting_amount is null) as unconverted_count,
    min(
        'no rate ' || coalesce(currency, '(no currency)')
        || ' to {{ setting('reporting_currency') }} on '
        || cast(cast(happened_at as date) as {{ dbt.type_string() }})
    ) filter (where reporting_amount is null) as detail
from converted
group by source
