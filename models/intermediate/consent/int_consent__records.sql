-- Every consent and withdrawal, one row an identifier that it names. An unsubscribe or a complaint
-- withdraws its channel's purpose. Whatever is not a grant is a denial.
with consents as (
    select * from {{ ref('int_unified__consents') }}
),

messages as (
    select * from {{ ref('int_unified__messages_versions') }}
),

consent_channels as (
    select * from {{ ref('consent_channels') }}
),

carried_identifiers as (
    select * from {{ ref('int_identity__carried_identifiers') }}
),

stated as (
    select
        user_id,
        email,
        phone,
        loyalty_id,
        anonymous_id,
        purpose,
        occurred_at,
        coalesce(status = 'granted', false) as is_grant
    from consents
    union all
    select
        messages.user_id,
        messages.email,
        messages.phone,
        null as loyalty_id,
        null as anonymous_id,
        consent_channels.purpose,
        messages.occurred_at,
        false as is_grant
    from messages
    inner join consent_channels
        on messages.channel = consent_channels.channel
    where messages.action in ('unsubscribed', 'complained')
),

normalised as (
    select
        {{ normalised_identifier('user_id', 'user_id') }} as speaker_user_id,
        {{ normalised_identifier('user_id', 'user_id') }} as user_id,
        {{ normalised_identifier('email', 'email') }} as email,
        {{ normalised_identifier('phone', 'phone') }} as phone,
        {{ normalised_identifier('loyalty_id', 'loyalty_id') }} as loyalty_id,
        {{ normalised_identifier('anonymous_id', 'anonymous_id') }} as anonymous_id,
        purpose,
        occurred_at,
        is_grant
    from stated
),

named as (
    {{ one_row_per_identifier(
        'normalised', ['speaker_user_id', 'purpose', 'occurred_at', 'is_grant'], identifying_types()
    ) }}
),

owners as (
    select
        identifier_type,
        identifier_value,
        count(*) as owner_count,
        min(user_id) as first_owner,
        max(user_id) as last_owner
    from carried_identifiers
    where carrier_rank = 1
    group by identifier_type, identifier_value
)

select
    named.identifier_type,
    named.identifier_value,
    named.purpose,
    named.occurred_at,
    named.is_grant
from named
left join owners
    on
        named.identifier_type = owners.identifier_type
        and named.identifier_value = owners.identifier_value
-- Nobody grants in the name of an address that belongs to another account; anybody may deny.
where
    not named.is_grant
    or named.speaker_user_id is null
    or owners.identifier_value is null
    or named.speaker_user_id in (owners.first_owner, owners.last_owner)
