{{ config(enabled=source_is_on('fake_people')) }}

with people as (
    select * from {{ ref('stg_fake_people__people') }}
)

select
    unique_id as profile_id,
    email,
    first_name,
    last_name,
    birth_date,
    city
from people
