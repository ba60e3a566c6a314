{{ config(materialized='table') }}
{%- set fields = content_field_names() %}

-- What messages may show of each member, as text, none of it ever blank: what is not known is said
-- by the seed content_fields.
with members as (
    select customer_id
    from {{ ref('int_activation__qualified') }}
    where exclusion_reason is null
    group by customer_id
),

customers as (
    select
        customer_360.*,
        coalesce(customer_360.timezone, 'UTC') as clock
    from {{ ref('customer_360') }} as customer_360
),

recommended as (
    select * from {{ ref('int_activation__recommended') }}
),

content_fields as (
    select * from {{ ref('content_fields') }}
),

known as (
    select
        members.customer_id,
        customers.first_name as name,
        customers.language,
        customers.timezone,
        cast(customers.preferred_hour as {{ dbt.type_string() }}) as send_hour,
        coalesce(customers.country, customers.current_country) as country,
        coalesce(customers.current_country, customers.country) as current_country,
        customers.last_browsed_category,
        coalesce(customers.preferred_category, customers.last_browsed_category)
            as preferred_category,
        cast(
            cast({{ local_time('customers.cart_abandoned_at', 'customers.clock') }} as date)
            as {{ dbt.type_string() }}
        ) as cart_abandoned_date,
        coalesce(nullif(customers.abandoned_products, '[]'), recommended.product_ids)
            as abandoned_products,
        cast(
            cast({{ local_time('customers.last_activity_at', 'customers.clock') }} as date)
            as {{ dbt.type_string() }}
        ) as last_action_date,
        cast(
            cast(floor(customers.engagement_score + 0.5) as bigint) as {{ dbt.type_string() }}
        ) as behaviour_score,
        case
            when
                customers.last_browsed_at
                >= {{ days_before_as_of(setting('recently_browsing_days')) }}
                then 'true'
        end as is_recently_browsing,
        recommended.product_id as recommended_product_id,
        recommended.product_name as recommended_product_name,
        recommended.product_ids as recommended_products
    from members
    inner join customers
        on members.customer_id = customers.customer_id
    left join recommended
        on members.customer_id = recommended.customer_id
)

select
    {%- for field in fields %}
    coalesce(
        nullif({{ trimmed('known.' ~ field) }}, ''),
        (
            select content_fields.fallback
            from content_fields
            where content_fields.field = '{{ field }}'
        )
    ) as {{ field }},
    {%- endfor %}
    known.customer_id
from known
