-- Whoever is in a suppression list or has a risk marker in force, each once.
with found as (
    select * from {{ ref('int_activation__found') }}
),

audience_catalogue as (
    select * from {{ ref('stg_rollcall__audience_catalogue') }}
),

risk_markers as (
    select * from {{ ref('risk_markers') }}
    where is_in_force
)

select found.customer_id
from found
inner join audience_catalogue
    on found.audience = audience_catalogue.audience
where audience_catalogue.is_suppression
union distinct
select customer_id
from risk_markers
