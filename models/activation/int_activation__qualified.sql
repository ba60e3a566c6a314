{{ config(materialized='table') }}
{%- set limit = setting('audiences_per_customer') %}

-- Who qualifies for which audience, and what keeps them out of it, the first reason that applies.
with found as (
    select * from {{ ref('int_activation__found') }}
),

audience_catalogue as (
    select * from {{ ref('stg_rollcall__audience_catalogue') }}
),

granted as (
    select * from {{ ref('int_consent__granted') }}
),

suppressed as (
    select * from {{ ref('int_activation__suppressed') }}
),

unprofiled as (
    select * from {{ ref('int_consent__unprofiled') }}
),

judged as (
    select
        found.audience,
        found.customer_id,
        audience_catalogue.purpose,
        audience_catalogue.priority,
        audience_catalogue.definition_hash,
        case
            when audience_catalogue.purpose = 'none' then 'not_exported'
            when suppressed.customer_id is not null then 'suppressed'
            when unprofiled.customer_id is not null then 'profiling'
            when granted.customer_id is null then 'consent'
        end as reason
    from found
    inner join audience_catalogue
        on found.audience = audience_catalogue.audience
    left join suppressed
        on found.customer_id = suppressed.customer_id
    left join unprofiled
        on found.customer_id = unprofiled.customer_id
    left join granted
        on
            found.customer_id = granted.customer_id
            and audience_catalogue.purpose = granted.purpose
),

placed as (
    select
        *,
        {#- Ranking millions of members for nothing takes as long as all the rest. #}
        {%- if limit > 0 %}
        reason is null and row_number() over (
            partition by customer_id, reason is null
            order by priority, audience
        ) > {{ limit }} as is_beyond_limit
        {%- else %}
        false as is_beyond_limit
        {%- endif %}
    from judged
)

select
    audience,
    customer_id,
    purpose,
    definition_hash,
    case when is_beyond_limit then 'too_many_audiences' else reason end as exclusion_reason
from placed
