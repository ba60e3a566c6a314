{{ config(materialized='table', meta={'gate': 'denial'}) }}

with consent_customers as (
    select * from {{ ref('int_consent__customers') }}
)

select
    purpose,
    customer_id
from consent_customers
where not is_granted
