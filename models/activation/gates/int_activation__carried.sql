{%- set fields = member_field_names() %}

-- What a hold leaves standing: the members of the last release, or, where a person let it through,
-- those that were kept then, nobody of what is exported no more; and who of them goes all the same.
-- Nobody is added. Under the id that answers for a member now, once.
with verdicts as (
    select * from {{ ref('int_activation__verdicts') }}
),

previous_memberships as (
    select * from {{ ref('stg_previous_release__audience_memberships') }}
),

previous_candidates as (
    select * from {{ ref('stg_previous_release__audience_candidates') }}
),

previous_identity_map as (
    select * from {{ ref('stg_previous_release__identity_map') }}
),

identity_merges as (
    select * from {{ ref('identity_merges') }}
),

living_clusters as (
    select * from {{ ref('int_identity__living_clusters') }}
),

erased_customers as (
    select * from {{ ref('int_identity__erased_customers') }}
),

consent_identifiers as (
    select * from {{ ref('int_consent__identifiers') }}
),

granted as (
    select * from {{ ref('int_consent__granted') }}
),

suppressed as (
    select * from {{ ref('int_activation__suppressed') }}
),

previous_members as (
    select * from {{ ref('int_activation__previous_members') }}
),

kept as (
    select previous_memberships.*
    from previous_memberships
    inner join verdicts
        on
            previous_memberships.audience = verdicts.audience
            and verdicts.status = 'held'
    union all
    select previous_candidates.*
    from previous_candidates
    inner join verdicts
        on
            previous_candidates.audience = verdicts.audience
            and verdicts.status = 'approved'
            and verdicts.reason <> 'withdrawn'
),

now_known_as as (
    select
        kept.*,
        coalesce(identity_merges.customer_id, kept.customer_id) as current_customer_id,
        row_number() over (
            partition by
                kept.audience, coalesce(identity_merges.customer_id, kept.customer_id)
            order by kept.entered_at, kept.customer_id
        ) as place
    from kept
    left join identity_merges
        on kept.customer_id = identity_merges.absorbed_customer_id
),

-- Also of whom no source tells any more: by the identifiers that the last release knew.
identifiers as (
    select
        customer_id,
        identifier_type,
        identifier_value
    from living_clusters
    union all
    select
        coalesce(identity_merges.customer_id, previous_identity_map.customer_id) as customer_id,
        previous_identity_map.identifier_type,
        previous_identity_map.identifier_value
    from previous_identity_map
    left join identity_merges
        on previous_identity_map.customer_id = identity_merges.absorbed_customer_id
),

denied as (
    select distinct
        identifiers.customer_id,
        consent_identifiers.purpose
    from identifiers
    inner join consent_identifiers
        on
            identifiers.identifier_type = consent_identifiers.identifier_type
            and identifiers.identifier_value = consent_identifiers.identifier_value
    where not consent_identifiers.is_granted
)

select
    now_known_as.audience,
    now_known_as.current_customer_id as customer_id,
    now_known_as.purpose,
    now_known_as.definition_hash,
    coalesce(previous_members.entered_at, {{ as_of() }}) as entered_at,
    {%- for field in fields %}
    now_known_as.{{ field }},
    {%- endfor %}
    now_known_as.fields_hash,
    case
        when erased_customers.customer_id is not null then 'erased'
        when suppressed.customer_id is not null then 'suppressed'
        when unprofiled.customer_id is not null then 'profiling'
        when denied.customer_id is not null then 'consent'
        when verdicts.status = 'approved' and granted.customer_id is null then 'consent'
    end as exclusion_reason
from now_known_as
inner join verdicts
    on now_known_as.audience = verdicts.audience
left join previous_members
    on
        now_known_as.audience = previous_members.audience
        and now_known_as.current_customer_id = previous_members.customer_id
left join erased_customers
    on now_known_as.customer_id = erased_customers.customer_id
left join suppressed
    on now_known_as.current_customer_id = suppressed.customer_id
left join denied as unprofiled
    on
        now_known_as.current_customer_id = unprofiled.customer_id
        and unprofiled.purpose = 'profiling'
left join denied
    on
        now_known_as.current_customer_id = denied.customer_id
        and now_known_as.purpose = denied.purpose
left join granted
    on
        now_known_as.current_customer_id = granted.customer_id
        and now_known_as.purpose = granted.purpose
where now_known_as.place = 1
