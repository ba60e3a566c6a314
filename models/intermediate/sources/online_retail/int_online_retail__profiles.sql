{{ config(enabled=source_is_on('online_retail')) }}

with invoice_lines as (
    select * from {{ ref('stg_online_retail__invoice_lines') }}
),

countries as (
    select * from {{ ref('countries') }}
),

-- A version for every invoice, so that a look back finds what was known then.
versions as (
    select
        user_id,
        country_name,
        min(invoiced_at) as updated_at
    from invoice_lines
    where user_id is not null
    group by user_id, country_name, invoice_number
),

first_invoices as (
    select
        user_id,
        min(invoiced_at) as created_at
    from invoice_lines
    where user_id is not null
    group by user_id
)

select
    versions.user_id as profile_id,
    versions.user_id,
    countries.country,
    first_invoices.created_at,
    versions.updated_at
from versions
inner join first_invoices
    on versions.user_id = first_invoices.user_id
left join countries
    on versions.country_name = countries.country_name
