{{ config(enabled=source_is_on('crm')) }}

with contacts as (
    select * from {{ ref('stg_crm__contacts') }}
)

select
    contacts.contact_id as profile_id,
    contacts.user_id,
    contacts.email,
    contacts.phone,
    contacts.loyalty_id,
    contacts.first_name,
    contacts.last_name,
    contacts.birth_date,
    contacts.city,
    contacts.country,
    contacts.timezone,
    contacts.language,
    contacts.lead_source as acquisition_channel,
    contacts.intent as onboarding_intent,
    contacts.use_case as onboarding_use_case,
    contacts.created_at,
    contacts.updated_at,
    contacts.is_deleted
from contacts
