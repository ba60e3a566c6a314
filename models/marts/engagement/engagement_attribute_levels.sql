{%- set attributes = [
    'acquisition_channel', 'country', 'onboarding_intent', 'onboarding_use_case', 'device_os',
    'language', 'platform'
] -%}

-- Attributes are the customer's own of today; what nobody knows is a value of its own.
with weekly_states as (
    select * from {{ ref('int_engagement__weekly_states') }}
),

customers as (
    select * from {{ ref('int_engagement__attributes') }}
),

counted as (
    {%- for attribute in attributes %}
    {{ 'union all' if not loop.first }}
    select
        weekly_states.measured_at,
        weekly_states.engagement_state,
        '{{ attribute }}' as attribute,
        coalesce(customers.{{ attribute }}, 'unknown') as attribute_value,
        count(*) as customer_count
    from weekly_states
    inner join customers
        on weekly_states.customer_id = customers.customer_id
    group by
        weekly_states.measured_at,
        weekly_states.engagement_state,
        coalesce(customers.{{ attribute }}, 'unknown')
    {%- endfor %}
)

select
    measured_at,
    engagement_state,
    attribute,
    attribute_value,
    customer_count
from counted
