{{ config(materialized='table') }}

-- Who a customer is, by survivorship over their profiles: the newest value that is not null, ties
-- by source priority. An e-mail, phone or card of another customer is not taken.
with profiles as (
    select * from {{ ref('int_unified__profiles') }}
),

living_clusters as (
    select * from {{ ref('int_identity__living_clusters') }}
),

phone_numbers as (
    select * from {{ ref('int_identity__phone_numbers') }}
),

source_priorities as (
    select * from {{ ref('source_priorities') }}
),

normalised as (
    select
        profiles.*,
        {{ normalised_identifier('email', 'profiles.email') }} as own_email,
        phone_numbers.phone as own_phone,
        {{ normalised_identifier('loyalty_id', 'profiles.loyalty_id') }} as own_loyalty_id
    from profiles
    {{ phone_join('phone_numbers', 'profiles.phone', 'profiles.country') }}
),

ranked as (
    select
        normalised.*,
        owners.customer_id,
        row_number() over (
            partition by owners.customer_id
            order by
                coalesce(normalised.updated_at, normalised.created_at) desc nulls last,
                source_priorities.priority asc nulls last,
                normalised.source asc,
                normalised.profile_id asc
        ) as profile_rank
    from normalised
    inner join living_clusters as owners
        on
            owners.identifier_type = 'profile_id'
            and owners.identifier_value = normalised.source || ':' || normalised.profile_id
    left join source_priorities
        on normalised.source = source_priorities.source
),

checked as (
    select
        ranked.*,
        emails.customer_id is not null as has_own_email,
        phones.customer_id is not null as has_own_phone,
        cards.customer_id is not null as has_own_loyalty_id
    from ranked
    left join living_clusters as emails
        on
            emails.identifier_type = 'email'
            and ranked.own_email = emails.identifier_value
            and ranked.customer_id = emails.customer_id
    left join living_clusters as phones
        on
            phones.identifier_type = 'phone'
            and ranked.own_phone = phones.identifier_value
            and ranked.customer_id = phones.customer_id
    left join living_clusters as cards
        on
            cards.identifier_type = 'loyalty_id'
            and ranked.own_loyalty_id = cards.identifier_value
            and ranked.customer_id = cards.customer_id
)

select
    customer_id,
    count(*) as profile_count,
    {{ newest_non_null('own_email', 'has_own_email') }} as email,
    {{ newest_non_null('own_phone', 'has_own_phone') }} as phone,
    {{ newest_non_null('own_loyalty_id', 'has_own_loyalty_id') }} as loyalty_id,
    {{ newest_non_null('first_name') }} as first_name,
    {{ newest_non_null('last_name') }} as last_name,
    {{ newest_non_null('birth_date') }} as birth_date,
    {{ newest_non_null('city') }} as city,
    {{ newest_non_null('country') }} as country,
    {{ newest_non_null('timezone') }} as timezone,
    {{ newest_non_null('language') }} as language,
    {{ newest_non_null('device_os') }} as device_os,
    {{ newest_non_null('acquisition_channel') }} as acquisition_channel,
    {{ newest_non_null('onboarding_intent') }} as onboarding_intent,
    {{ newest_non_null('onboarding_use_case') }} as onboarding_use_case
from checked
group by customer_id
