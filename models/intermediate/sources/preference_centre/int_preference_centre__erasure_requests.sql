{{ config(enabled=source_is_on('preference_centre')) }}

with erasure_requests as (
    select * from {{ ref('stg_preference_centre__erasure_requests') }}
)

select
    request_id,
    requested_at,
    {{ in_own_namespace('user_id') }} as user_id,
    email,
    phone,
    {{ in_own_namespace('loyalty_id') }} as loyalty_id,
    {{ in_own_namespace('anonymous_id') }} as anonymous_id,
    requested_at as updated_at
from erasure_requests
