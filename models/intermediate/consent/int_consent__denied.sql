{{ config(materialized='table', meta={'gate': 'denial'}) }}

-- Who is in no audience because of what profiling found is in none at all: a no to profiling is one
-- to each purpose that an audience has.
with consent_customers as (
    select * from {{ ref('int_consent__customers') }}
),

unprofiled as (
    select * from {{ ref('int_consent__unprofiled') }}
),

audience_catalogue as (
    select * from {{ ref('stg_rollcall__audience_catalogue') }}
)

select
    purpose,
    customer_id
from consent_customers
where not is_granted
union distinct
select
    audience_catalogue.purpose,
    unprofiled.customer_id
from unprofiled
cross join audience_catalogue
