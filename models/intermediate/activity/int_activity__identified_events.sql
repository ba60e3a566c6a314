{{ config(materialized='table') }}

-- Events with the identifier that they carry themselves, and its customer, erased people included;
-- their value in the reporting currency.
{%- set types = ['user_id', 'email', 'anonymous_id'] %}

with events as (
    select * from {{ ref('int_unified__events') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
),

clusters as (
    select * from {{ ref('int_identity__clusters') }}
)

select
    events.source,
    events.event_id,
    events.occurred_at,
    events.sequence_number,
    events.event_name,
    events.session_id as source_session_id,
    {{ normalised_identifier('anonymous_id', 'events.anonymous_id') }} as anonymous_id,
    events.platform,
    events.utm_source,
    events.utm_medium,
    events.utm_campaign,
    events.country,
    events.category,
    events.product_id,
    {{ in_reporting_currency('events.value_amount', 'events') }}
        as value_amount,
    events.properties,
    case
        when by_user_id.customer_id is not null then 'user_id'
        when by_email.customer_id is not null then 'email'
        when by_anonymous_id.customer_id is not null then 'anonymous_id'
    end as identifier_type,
    coalesce(
        by_user_id.identifier_value,
        by_email.identifier_value,
        by_anonymous_id.identifier_value
    ) as identifier_value,
    {{ customer_of(types) }} as customer_id
from events
{{ customer_joins('events', types) }}
{{ exchange_rate_join('events', 'events.occurred_at') }}
