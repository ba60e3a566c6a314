{{ config(materialized='view') }}
{%- set shown = content_field_names() %}
{%- set who = member_field_names() | reject('in', shown) | list %}

-- The members that this run finds, with all that a sync needs, before any audience is held. Who a
-- member is may be unknown in part; what a message shows never is.
with qualified as (
    select * from {{ ref('int_activation__qualified') }}
    where exclusion_reason is null
),

customers as (
    select * from {{ ref('customer_360') }}
),

content as (
    select * from {{ ref('int_activation__content') }}
),

previous_members as (
    select * from {{ ref('int_activation__previous_members') }}
)

select
    qualified.audience,
    qualified.customer_id,
    qualified.purpose,
    qualified.definition_hash,
    coalesce(previous_members.entered_at, {{ as_of() }}) as entered_at,
    customers.user_id,
    customers.email,
    customers.phone,
    customers.first_name,
    customers.last_name,
    {%- for column in shown %}
    content.{{ column }},
    {%- endfor %}
    md5(
        {%- for column in who %}
        coalesce(customers.{{ column }}, '~') || '|' ||
        {%- endfor %}
        {%- for column in shown %}
        content.{{ column }} || '|' {{- ' ||' if not loop.last }}
        {%- endfor %}
    ) as fields_hash
from qualified
inner join customers
    on qualified.customer_id = customers.customer_id
inner join content
    on qualified.customer_id = content.customer_id
left join previous_members
    on
        qualified.audience = previous_members.audience
        and qualified.customer_id = previous_members.customer_id
