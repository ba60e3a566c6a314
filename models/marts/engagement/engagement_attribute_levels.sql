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

attribute_values as (
    {%- for attribute in attributes %}
    {{ 'union all' if not loop.first }}
    select
        customer_id,
        '{{ attribute }}' as attribute,
        coalesce({{ attribute }}, 'unknown') as attribute_value
    from customers
    {%- endfor %}
)

select
    weekly_states.measured_at,
    weekly_states.engagement_state,
    attribute_values.attribute,
    attribute_values.attribute_value,
    count(*) as customer_count
from weekly_states
inner join attribute_values
    on weekly_states.customer_id = attribute_values.customer_id
group by
    weekly_states.measured_at,
    weekly_states.engagement_state,
    attribute_values.attribute,
    attribute_values.attribute_value
