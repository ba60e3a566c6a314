-- No field that a message may show is blank for any member, and each has its fallback.
with memberships as (
    select * from {{ ref('audience_memberships') }}
),

content_fields as (
    select * from {{ ref('content_fields') }}
)

{%- for field in content_field_names() %}
select
    '{{ field }}' as field,
    audience
from memberships
where {{ field }} is null or {{ trimmed(field) }} = ''
union all
{%- endfor %}
select
    field,
    'content_fields' as audience
from content_fields
where fallback is null or {{ trimmed('fallback') }} = ''
