{%- set purposes = [
    'marketing_email', 'marketing_sms', 'marketing_push', 'ads', 'profiling'
] %}

with consents as (
    select * from {{ ref('int_consent__customers') }}
)

select
    {%- for purpose in purposes %}
    bool_or(purpose = '{{ purpose }}' and is_granted) as has_{{ purpose }}_consent,
    {%- endfor %}
    customer_id
from consents
group by customer_id
