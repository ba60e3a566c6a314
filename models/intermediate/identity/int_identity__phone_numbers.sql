-- Reading a number takes a library some thirty microseconds: each is read once, and kept.
{{ config(materialized='incremental' if target.type == 'duckdb' else 'table') }}

with profiles as (
    select
        phone,
        country
    from {{ ref('int_unified__profiles_versions') }}
),

orders as (
    select phone from {{ ref('int_unified__orders_versions') }}
),

messages as (
    select phone from {{ ref('int_unified__messages_versions') }}
),

consents as (
    select phone from {{ ref('int_unified__consents_versions') }}
),

erasure_requests as (
    select phone from {{ ref('int_unified__erasure_requests_versions') }}
),

identity_cuts as (
    select left_value as phone
    from {{ ref('int_unified__identity_cuts_versions') }}
    where left_type = 'phone'
    union all
    select right_value as phone
    from {{ ref('int_unified__identity_cuts_versions') }}
    where right_type = 'phone'
),

written as (
    select
        phone,
        {{ phone_country('country') }} as country
    from profiles
    union all
    select
        phone,
        {{ phone_country() }} as country
    from (
        select phone from orders
        union all
        select phone from messages
        union all
        select phone from consents
        union all
        select phone from erasure_requests
        union all
        select phone from identity_cuts
    ) as without_country
),

distinct_numbers as (
    select
        phone as written_phone,
        country
    from written
    where phone is not null
    group by phone, country
)

select
    distinct_numbers.written_phone,
    distinct_numbers.country,
    {{ phone_number('distinct_numbers.written_phone', 'distinct_numbers.country') }} as phone
from distinct_numbers
{% if is_incremental() -%}
left join {{ this }} as known
    on
        distinct_numbers.written_phone = known.written_phone
        and distinct_numbers.country = known.country
where known.written_phone is null
{%- endif %}
