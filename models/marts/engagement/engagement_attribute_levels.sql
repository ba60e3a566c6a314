{%- set attributes = [
    'acquisition_channel', 'country', 'onboarding_intent', 'onboarding_use_case', 'device_os',
    'language', 'platform'
] -%}

-- Attributes are the customer's own of today; what nobody knows is a value of its own.
with weekly_states as (
    select * from {{ ref('int_engagement__weekly_states') }}
),

customer_attributes as (
    select
        customers.*,
        platforms.platform
    from {{ ref('customer_360') }} as customers
    left join {{ ref('int_engagement__platforms') }} as platforms
        on customers.customer_id = platforms.customer_id
),

customers as (
    select
        {%- for attribute in attributes %}
        coalesce({{ attribute }}, 'unknown') as {{ attribute }},
        {%- endfor %}
        customer_id
    from customer_attributes
),

attribute_values as (
    select
        customer_id,
        attribute,
        attribute_value
    from customers
    unpivot (
        attribute_value for attribute in ({{ attributes | join(', ') }})
    )
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
