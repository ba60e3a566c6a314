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
        {{ normalised_identifier('email', 'profiles.email') }} as normal_email,
        phone_numbers.phone as normal_phone,
        {{ normalised_identifier('loyalty_id', 'profiles.loyalty_id') }} as normal_loyalty_id,
        {{ time_zone('profiles.timezone') }} as normal_timezone
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
        emails.identifier_value as own_email,
        phones.identifier_value as own_phone,
        cards.identifier_value as own_loyalty_id
    from ranked
    left join living_clusters as emails
        on
            emails.identifier_type = 'email'
            and ranked.normal_email = emails.identifier_value
            and ranked.customer_id = emails.customer_id
    left join living_clusters as phones
        on
            phones.identifier_type = 'phone'
            and ranked.normal_phone = phones.identifier_value
            and ranked.customer_id = phones.customer_id
    left join living_clusters as cards
        on
            cards.identifier_type = 'loyalty_id'
            and ranked.normal_loyalty_id = cards.identifier_value
            and ranked.customer_id = cards.customer_id
)

select
    customer_id,
    count(*) as profile_count,
    {{ first_non_null('own_email', 'profile_rank') }} as email,
    {{ first_non_null('own_phone', 'profile_rank') }} as phone,
    {{ first_non_null('own_loyalty_id', 'profile_rank') }} as loyalty_id,
    {{ first_non_null('first_name', 'profile_rank') }} as first_name,
    {{ first_non_null('last_name', 'profile_rank') }} as last_name,
    {{ first_non_null('city', 'profile_rank') }} as city,
    {{ first_non_null('country', 'profile_rank') }} as country,
    {{ first_non_null('normal_timezone', 'profile_rank') }} as timezone,
    {{ first_non_null('language', 'profile_rank') }} as language,
    {{ first_non_null('device_os', 'profile_rank') }} as device_os,
    {{ first_non_null('acquisition_channel', 'profile_rank') }} as acquisition_channel,
    {{ first_non_null('onboarding_intent', 'profile_rank') }} as onboarding_intent,
    {{ first_non_null('onboarding_use_case', 'profile_rank') }} as onboarding_use_case
from checked
group by customer_id
