{{ config(materialized='table') }}

-- The identifiers of each observation, and why one of them stands for nobody whoever carries it.
with observations as (
    select * from {{ ref('int_identity__observations') }}
),

identifier_types as (
    select * from {{ ref('int_identity__identifier_types') }}
),

blocked_identifiers as (
    select * from {{ ref('blocked_identifiers') }}
),

cuts as (
    select * from {{ ref('int_identity__cuts') }}
    where right_value is null
),

observed as (
    {{ one_row_per_identifier(
        'observations',
        [
            'observation_id', 'source', 'namespace', 'entity',
            'first_seen_at', 'last_seen_at', 'record_count'
        ],
        observed_types()
    ) }}
),

-- A block list knows values as a source writes them, without a namespace.
identifiers as (
    select
        identifier_type,
        identifier_value,
        case
            when
                namespace <> 'main'
                and identifier_type in ('user_id', 'loyalty_id', 'anonymous_id')
                then substr(identifier_value, length(namespace) + 2)
            when identifier_type = 'phone' then replace(identifier_value, 'unparsable:', '')
            else identifier_value
        end as written_value
    from observed
    group by identifier_type, identifier_value, namespace
),

blocked as (
    {{ blocked_values('identifiers') }}
)

select
    observed.observation_id,
    observed.source,
    observed.namespace,
    observed.entity,
    observed.identifier_type,
    observed.identifier_value,
    identifier_types.type_rank,
    observed.first_seen_at,
    observed.last_seen_at,
    observed.record_count,
    case
        when cuts.left_value is not null then 'cut'
        when blocked.identifier_value is not null then 'blocked'
        when not {{ matches('observed.identifier_value', 'identifier_types.valid_pattern') }}
            then 'invalid'
        when {{ is_barred_from_binding('observed.source', 'observed.identifier_type') }}
            then 'source_may_not_bind'
    end as barred_reason
from observed
inner join identifier_types
    on observed.identifier_type = identifier_types.identifier_type
left join blocked
    on
        observed.identifier_type = blocked.identifier_type
        and observed.identifier_value = blocked.identifier_value
left join cuts
    on
        observed.identifier_type = cuts.left_type
        and observed.identifier_value = cuts.left_value
