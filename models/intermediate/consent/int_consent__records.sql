{{ config(materialized='table') }}

-- Every consent and withdrawal, one row an identifier that it names. An unsubscribe or a complaint
-- withdraws its channel's purpose. Whatever is not a grant is a denial; one of a purpose that
-- nobody knows is one of every purpose, until the word is mended.
with consents as (
    select * from {{ ref('int_unified__consents') }}
),

messages as (
    select * from {{ ref('int_unified__messages_versions') }}
),

consent_channels as (
    select * from {{ ref('consent_channels') }}
),

phone_numbers as (
    select * from {{ ref('int_identity__phone_numbers') }}
),

carried_identifiers as (
    select * from {{ ref('int_identity__carried_identifiers') }}
),

-- Whom a cut declared to be somebody else speaks for the other no more than a stranger does.
cut_pairs as (
    select * from {{ ref('int_identity__cut_pairs') }}
    where left_type = 'user_id'
),

purposes as (
    {%- for purpose in consent_purposes() %}
    select '{{ purpose }}' as purpose
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

stated as (
    select
        source,
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
        consents.source,
        consents.user_id,
        consents.email,
        consents.phone,
        consents.loyalty_id,
        consents.anonymous_id,
        purposes.purpose,
        consents.occurred_at,
        false as is_grant
    from consents
    cross join purposes
    where
        coalesce(consents.purpose, '') not in (select known.purpose from purposes as known)
        and coalesce(consents.status, '') <> 'granted'
    union all
    select
        messages.source,
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
        stated.source,
        {{ normalised_identifier('user_id', 'stated.user_id') }} as speaker_user_id,
        {{ normalised_identifier('user_id', 'stated.user_id') }} as user_id,
        {{ normalised_identifier('email', 'stated.email') }} as email,
        {{ normalised_phone('phone_numbers', 'stated.phone') }} as phone,
        {{ normalised_identifier('loyalty_id', 'stated.loyalty_id') }} as loyalty_id,
        {{ normalised_identifier('anonymous_id', 'stated.anonymous_id') }} as anonymous_id,
        stated.purpose,
        stated.occurred_at,
        stated.is_grant
    from stated
    {{ phone_join('phone_numbers', 'stated.phone') }}
),

named as (
    {{ one_row_per_identifier(
        'normalised',
        ['source', 'speaker_user_id', 'purpose', 'occurred_at', 'is_grant'],
        identifying_types()
    ) }}
),

owned as (
    select
        identifier_type,
        identifier_value
    from carried_identifiers
    group by identifier_type, identifier_value
)

select
    named.identifier_type,
    named.identifier_value,
    named.purpose,
    named.occurred_at,
    named.is_grant
from named
left join owned
    on
        named.identifier_type = owned.identifier_type
        and named.identifier_value = owned.identifier_value
left join carried_identifiers as own
    on
        named.identifier_type = own.identifier_type
        and named.identifier_value = own.identifier_value
        and named.speaker_user_id = own.user_id
left join cut_pairs
    on
        named.speaker_user_id = cut_pairs.left_value
        and named.identifier_type = cut_pairs.right_type
        and named.identifier_value = cut_pairs.right_value
-- Nobody grants in the name of an address that belongs to another account, no source in the name of
-- what it may not bind; anybody may deny.
where
    not named.is_grant
    or (
        cut_pairs.left_value is null
        and not {{ is_barred_from_binding('named.source', 'named.identifier_type') }}
        and (
            named.speaker_user_id is null
            or owned.identifier_value is null
            or own.carrier_rank <= {{ setting('accounts_per_customer') }}
        )
    )
