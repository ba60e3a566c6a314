{{ config(enabled=source_is_on('email_platform')) }}

with assignments as (
    select * from {{ ref('stg_email_platform__assignments') }}
)

select
    assignments.campaign_id,
    coalesce(assignments.user_id, assignments.email) as user_key,
    assignments.variant,
    assignments.assigned_at,
    assignments.user_id,
    assignments.email
from assignments
