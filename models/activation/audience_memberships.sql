-- Everything that a sync needs stands in the row: a reverse-ETL job joins nothing.
with qualified as (
    select * from {{ ref('int_activation__qualified') }}
    where exclusion_reason is null
),

customers as (
    select * from {{ ref('customer_360') }}
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
    customers.language,
    customers.country,
    customers.timezone,
    md5(
        {%- for column in [
            'user_id', 'email', 'phone', 'first_name', 'last_name', 'language', 'country', 'timezone'
        ] %}
        coalesce(customers.{{ column }}, '~') || '|'{{ ' ||' if not loop.last }}
        {%- endfor %}
    ) as fields_hash
from qualified
inner join customers
    on qualified.customer_id = customers.customer_id
left join previous_members
    on
        qualified.audience = previous_members.audience
        and qualified.customer_id = previous_members.customer_id
