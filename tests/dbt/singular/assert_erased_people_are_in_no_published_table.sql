-- No identifier that an erasure request leads to and no id of an erased person is published.
with requested as (
    select * from {{ ref('int_identity__requested_identifiers') }}
),

erased as (
    select * from {{ ref('int_identity__erased_customers') }}
),

published as (
    select customer_id from {{ ref('identity_map') }}
    union all
    select customer_id from {{ ref('customer_360') }}
    union all
    select customer_id from {{ ref('sessions') }}
    union all
    select customer_id from {{ ref('engagement_states') }}
    union all
    select customer_id from {{ ref('engagement_state_history') }}
    union all
    select customer_id from {{ ref('campaign_mismatches') }}
    union all
    select customer_id from {{ ref('campaign_fit') }}
    union all
    select customer_id from {{ ref('identity_edges') }}
    union all
    select customer_id from {{ ref('rfm_scores') }}
    union all
    select customer_id from {{ ref('product_recommendations') }}
    union all
    select customer_id from {{ ref('risk_markers') }}
    union all
    select customer_id from {{ ref('cohort_memberships') }}
    union all
    select customer_id from {{ ref('audience_memberships') }}
    union all
    select customer_id from {{ ref('audience_changes') }}
    union all
    select customer_id from {{ ref('identity_merges') }}
    union all
    select absorbed_customer_id as customer_id from {{ ref('identity_merges') }}
),

published_identifiers as (
    select
        identifier_type,
        identifier_value
    from {{ ref('identity_map') }}
    {%- for table in ['identity_edges', 'identity_rejected_edges', 'identity_cuts'] %}
    {%- for side in ['left', 'right'] %}
    union all
    select
        {{ side }}_type as identifier_type,
        {{ side }}_value as identifier_value
    from {{ ref(table) }}
    {%- endfor %}
    {%- endfor %}
)

select published.customer_id as found
from published
inner join erased
    on published.customer_id = erased.customer_id
union all
select published_identifiers.identifier_type as found
from published_identifiers
inner join requested
    on
        published_identifiers.identifier_type = requested.identifier_type
        and published_identifiers.identifier_value = requested.identifier_value
