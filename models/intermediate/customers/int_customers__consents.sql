with consents as (
    select * from {{ ref('int_consent__customers') }}
)

select
    customer_id,
    bool_or(purpose = 'marketing_email' and is_granted) as has_marketing_email_consent,
    bool_or(purpose = 'marketing_sms' and is_granted) as has_marketing_sms_consent,
    bool_or(purpose = 'marketing_push' and is_granted) as has_marketing_push_consent,
    bool_or(purpose = 'ads' and is_granted) as has_ads_consent,
    bool_or(purpose = 'profiling' and is_granted) as has_profiling_consent
from consents
group by customer_id
