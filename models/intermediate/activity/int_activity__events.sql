{{ config(materialized='table') }}

-- Events with the customer they belong to: by an identifier of their own, else by who signed in to
-- the session, else by who signed in nearest on a shared device. Those of erased people are gone.
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

attributed as (
    select
        identified_events.source,
        identified_events.event_id,
        identified_events.occurred_at,
        identified_events.sequence_number,
        identified_events.event_name,
        identified_events.source_session_id,
        identified_events.anonymous_id,
        identified_events.platform,
        identified_events.utm_source,
        identified_events.utm_medium,
        identified_events.utm_campaign,
        identified_events.country,
        identified_events.category,
        identified_events.product_id,
        identified_events.value_amount,
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

select attributed.*
from attributed
left join erased_customers
    on attributed.customer_id = erased_customers.customer_id
where erased_customers.customer_id is null
