{{ config(enabled=source_is_on('email_platform')) }}

with contacts as (
    select * from {{ ref('stg_email_platform__contacts') }}
)

select
    contacts.contact_id as profile_id,
    contacts.user_id,
    contacts.email,
    contacts.first_name,
    contacts.last_name,
    contacts.language,
    contacts.created_at,
    contacts.updated_at
from contacts
