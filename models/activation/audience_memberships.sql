{%- set fields = member_field_names() %}

-- Everything that a sync needs stands in the row: a reverse-ETL job joins nothing. An audience that
-- is held has the members of its last release, less whoever may not be written to any more.
with candidates as (
    select * from {{ ref('int_activation__candidates') }}
),

carried as (
    select * from {{ ref('int_activation__carried') }}
    where exclusion_reason is null
),

released as (
    select * from {{ ref('int_activation__verdicts') }}
    where status = 'released'
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
inner join released
    on candidates.audience = released.audience
union all
select
    audience,
    customer_id,
    purpose,
    definition_hash,
    entered_at,
    {%- for field in fields %}
    {{ field }},
    {%- endfor %}
    fields_hash
from carried
