{{ config(enabled=source_is_on('preference_centre')) }}

with consents as (
    select * from {{ ref('stg_preference_centre__consents') }}
)

select
    consent_id,
    {{ in_own_namespace('user_id') }} as user_id,
    email,
    phone,
    {{ in_own_namespace('loyalty_id') }} as loyalty_id,
    {{ in_own_namespace('anonymous_id') }} as anonymous_id,
    purpose,
    status,
    occurred_at,
    occurred_at as updated_at
from consents
