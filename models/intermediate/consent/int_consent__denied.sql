{{ config(materialized='table', meta={'gate': 'denial'}) }}

-- Who is in no audience because of what profiling found is in none at all: a no to profiling is one
-- to each purpose, also to one that no audience has by now and an older release had.
with consent_customers as (
    select * from {{ ref('int_consent__customers') }}
),

unprofiled as (
    select * from {{ ref('int_consent__unprofiled') }}
),

purposes as (
    {{ consent_purpose_rows() }}
)

select
    purpose,
    customer_id
from consent_customers
where not is_granted
union distinct
select
    purposes.purpose,
    unprofiled.customer_id
from unprofiled
cross join purposes
