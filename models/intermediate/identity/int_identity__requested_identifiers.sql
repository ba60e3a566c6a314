-- The identifiers that erasure requests name. An address that the requester's own account carries,
-- though it belongs to another account, leads to nobody: a typing mistake must not erase its owner.
with erasure_requests as (
    select * from {{ ref('int_unified__erasure_requests') }}
),

carried_identifiers as (
    select * from {{ ref('int_identity__carried_identifiers') }}
),

requests as (
    select
        source,
        request_id,
        {{ normalised_identifier('user_id', 'user_id') }} as requester_user_id,
        {% for type in identifying_types() -%}
            {{ normalised_identifier(type, type) }} as {{ type }}{{ ',' if not loop.last }}
        {% endfor %}
    from erasure_requests
),

requested as (
    {{ one_row_per_identifier(
        'requests', ['source', 'request_id', 'requester_user_id'], identifying_types()
    ) }}
)

select distinct
    requested.identifier_type,
    requested.identifier_value
from requested
left join carried_identifiers
    on
        requested.identifier_type = carried_identifiers.identifier_type
        and requested.identifier_value = carried_identifiers.identifier_value
        and requested.requester_user_id = carried_identifiers.user_id
where coalesce(carried_identifiers.carrier_rank, 1) = 1
