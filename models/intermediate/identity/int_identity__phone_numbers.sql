-- Reading a number takes a library some thirty microseconds: each is read once, and kept.
{{ config(materialized='incremental' if target.type == 'duckdb' else 'table') }}

with profiles as (
    select
        phone,
        country
    from {{ ref('int_unified__profiles_versions') }}
),

identity_cuts as (
    select left_value as phone
    from {{ ref('int_unified__identity_cuts_versions') }}
    where left_type = 'phone'
    union
    select right_value as phone
    from {{ ref('int_unified__identity_cuts_versions') }}
    where right_type = 'phone'
),

-- Who writes down no country writes the numbers of the company's.
without_country as (
    select phone from {{ ref('int_unified__orders_versions') }}
    union
    select phone from {{ ref('int_unified__messages_versions') }}
    union
    select phone from {{ ref('int_unified__consents_versions') }}
    union
    select phone from {{ ref('int_unified__erasure_requests_versions') }}
    union
    select phone from identity_cuts
),

written as (
    select
        phone as written_phone,
        {{ phone_country('country') }} as country
    from profiles
    union
    select
        phone as written_phone,
        {{ phone_country() }} as country
    from without_country
)

select
    written.written_phone,
    written.country,
    {{ phone_number('written.written_phone', 'written.country') }} as phone
from written
{% if is_incremental() -%}
left join {{ this }} as known
    on
        written.written_phone = known.written_phone
        and written.country = known.country
where known.written_phone is null and written.written_phone is not null
{%- else -%}
where written.written_phone is not null
{%- endif %}
