{%- set fields = member_field_names() %}

-- Who would be a member of each audience that is held, kept so that a person who has looked at it
-- can let it through as it is.
with candidates as (
    select * from {{ ref('int_activation__candidates') }}
),

held as (
    select * from {{ ref('int_activation__verdicts') }}
    where status = 'held'
)

select
    candidates.audience,
    candidates.customer_id,
    candidates.purpose,
    candidates.definition_hash,
    candidates.entered_at,
    {%- for field in fields %}
    candidates.{{ field }},
    {%- endfor %}
    candidates.fields_hash
from candidates
inner join held
    on candidates.audience = held.audience
