{{ config(materialized='table') }}

-- Events with the customer they belong to: by an identifier of their own, else by who signed in to
-- the session, else by who signed in nearest on a shared device. Those of erased people are gone.
-- Amounts are in the reporting currency.
with identified_events as (
    select * from {{ ref('int_activity__identified_events') }}
),

session_people as (
    select * from {{ ref('int_activity__session_people') }}
),

device_attributions as (
    select * from {{ ref('int_activity__device_attributions') }}
),

erased_customers as (
    select * from {{ ref('int_identity__erased_customers') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
    where to_currency = '{{ setting('reporting_currency') }}'
),

attributed as (
    select
        identified_events.source,
        identified_events.event_id,
        identified_events.occurred_at,
        identified_events.event_name,
        identified_events.source_session_id,
        identified_events.anonymous_id,
        identified_events.platform,
        identified_events.utm_source,
        identified_events.utm_medium,
        identified_events.utm_campaign,
        identified_events.category,
        identified_events.product_id,
        identified_events.value_amount,
        identified_events.currency,
        identified_events.properties,
        {%- for column in ['identifier_type', 'identifier_value', 'customer_id'] %}
        coalesce(
            identified_events.{{ column }},
            session_people.{{ column }},
            device_attributions.{{ column }}
        ) as {{ column }},
        {%- endfor %}
        case
            when identified_events.customer_id is not null then 'identifier'
            when session_people.customer_id is not null then 'session'
            else device_attributions.attributed_by
        end as attributed_by
    from identified_events
    left join session_people
        on
            identified_events.source = session_people.source
            and identified_events.source_session_id = session_people.source_session_id
    left join device_attributions
        on
            identified_events.source = device_attributions.source
            and identified_events.event_id = device_attributions.event_id
)

select
    attributed.source,
    attributed.event_id,
    attributed.occurred_at,
    attributed.event_name,
    attributed.source_session_id,
    attributed.anonymous_id,
    attributed.platform,
    attributed.utm_source,
    attributed.utm_medium,
    attributed.utm_campaign,
    attributed.category,
    attributed.product_id,
    {{ in_reporting_currency(
        'attributed.value_amount',
        'attributed.currency',
        'exchange_rates.rate',
        'attributed.occurred_at'
    ) }} as value_amount,
    attributed.properties,
    attributed.identifier_type,
    attributed.identifier_value,
    attributed.customer_id,
    attributed.attributed_by
from attributed
left join exchange_rates
    on
        attributed.currency = exchange_rates.from_currency
        and cast(attributed.occurred_at as date) = exchange_rates.rate_date
left join erased_customers
    on attributed.customer_id = erased_customers.customer_id
where erased_customers.customer_id is null
