{{ config(materialized='table') }}

-- The arm that a customer was drawn into. Whom two draws put in two arms is in none: one account
-- drawn again, or two that a later record makes one person. So every version of a draw counts.
{%- set types = ['user_id', 'email'] %}

with campaign_assignments as (
    select versions.*
    from {{ ref('int_unified__campaign_assignments_versions') }} as versions
    inner join {{ ref('int_unified__campaign_assignments') }} as living
        on
            versions.source = living.source
            and versions.campaign_id = living.campaign_id
            and versions.user_key = living.user_key
    where versions.assigned_at < {{ as_of() }}
),

clusters as (
    select * from {{ ref('int_identity__living_clusters') }}
),

attributed as (
    select
        campaign_assignments.source,
        campaign_assignments.campaign_id,
        {{ lowered('campaign_assignments.variant') }} as variant,
        campaign_assignments.assigned_at,
        {{ customer_of(types) }} as customer_id
    from campaign_assignments
    {{ customer_joins('campaign_assignments', types) }}
)

select
    source,
    campaign_id,
    customer_id,
    case when min(variant) = max(variant) then min(variant) end as variant,
    min(assigned_at) as assigned_at
from attributed
where customer_id is not null and variant is not null
group by source, campaign_id, customer_id
