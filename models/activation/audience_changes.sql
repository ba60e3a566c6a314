-- What this release changes in each audience against the one before, and why, beside what former
-- releases of the last days changed. Nobody who was erased stays in it.
with memberships as (
    select * from {{ ref('audience_memberships') }}
),

previous_memberships as (
    select * from {{ ref('stg_previous_release__audience_memberships') }}
),

previous_changes as (
    select * from {{ ref('stg_previous_release__audience_changes') }}
    where released_as_of >= {{ days_before_as_of(setting('audience_changes_days')) }}
),

qualified as (
    select * from {{ ref('int_activation__qualified') }}
),

carried as (
    select * from {{ ref('int_activation__carried') }}
),

absorbed as (
    select * from {{ ref('identity_merges') }}
),

audience_catalogue as (
    select * from {{ ref('stg_rollcall__audience_catalogue') }}
),

erased_customers as (
    select * from {{ ref('int_identity__erased_customers') }}
),

compared as (
    select
        coalesce(memberships.audience, previous_memberships.audience) as audience,
        coalesce(memberships.customer_id, previous_memberships.customer_id) as customer_id,
        case
            when previous_memberships.customer_id is null then 'entered'
            when memberships.customer_id is null then 'exited'
            when memberships.fields_hash <> previous_memberships.fields_hash then 'updated'
        end as action
    from memberships
    full outer join previous_memberships
        on
            memberships.audience = previous_memberships.audience
            and memberships.customer_id = previous_memberships.customer_id
),

absorbing as (
    select
        previous_memberships.audience,
        absorbed.customer_id
    from previous_memberships
    inner join absorbed
        on previous_memberships.customer_id = absorbed.absorbed_customer_id
    group by previous_memberships.audience, absorbed.customer_id
),

explained as (
    select
        compared.audience,
        compared.customer_id,
        compared.action,
        case
            when compared.action = 'updated' then 'fields_changed'
            when compared.action = 'entered' and absorbing.customer_id is not null then 'merged'
            when compared.action = 'entered' then 'qualified'
            when absorbed.customer_id is not null then 'merged'
            when carried.exclusion_reason is not null then carried.exclusion_reason
            when audience_catalogue.audience is null then 'audience_removed'
            when qualified.exclusion_reason is not null then qualified.exclusion_reason
            else 'no_longer_qualified'
        end as reason
    from compared
    left join absorbing
        on
            compared.audience = absorbing.audience
            and compared.customer_id = absorbing.customer_id
    left join absorbed
        on compared.customer_id = absorbed.absorbed_customer_id
    left join audience_catalogue
        on compared.audience = audience_catalogue.audience
    left join qualified
        on
            compared.audience = qualified.audience
            and compared.customer_id = qualified.customer_id
    left join carried
        on
            compared.audience = carried.audience
            and compared.customer_id = carried.customer_id
    where compared.action is not null
),

changes as (
    select
        '{{ of_this_run('release_id') }}' as release_id,
        {{ as_of() }} as released_as_of,
        audience,
        customer_id,
        action,
        reason
    from explained
    union all
    select
        release_id,
        released_as_of,
        audience,
        customer_id,
        action,
        reason
    from previous_changes
)

select
    changes.release_id,
    changes.released_as_of,
    changes.audience,
    changes.customer_id,
    changes.action,
    changes.reason
from changes
left join erased_customers
    on changes.customer_id = erased_customers.customer_id
where erased_customers.customer_id is null
