-- Who entered an audience in which month, their first time in it, of the months that
-- audience_changes still tells whole. What a month's figures are due for: a window that is over for
-- everybody who entered in it, and was not yet when an earlier release told them.

with audience_changes as (
    select * from {{ ref('audience_changes') }}
    -- Who entered in another's place has been in it before.
    where action = 'entered' and reason = 'qualified'
),

identity_merges as (
    select * from {{ ref('identity_merges') }}
),

previous_metrics as (
    select * from {{ ref('stg_previous_release__audience_metrics') }}
),

entries as (
    select
        audience_changes.audience,
        coalesce(identity_merges.customer_id, audience_changes.customer_id) as customer_id,
        {{ month_of('audience_changes.released_as_of') }} as entry_month,
        min(audience_changes.released_as_of) as entered_at
    from audience_changes
    left join identity_merges
        on audience_changes.customer_id = identity_merges.absorbed_customer_id
    group by
        audience_changes.audience,
        coalesce(identity_merges.customer_id, audience_changes.customer_id),
        {{ month_of('audience_changes.released_as_of') }}
),

dated as (
    select
        *,
        cast(entry_month as timestamp) as starts_at,
        cast(entry_month + interval '1' month as timestamp) as ends_at
    from entries
)

select
    dated.audience,
    dated.customer_id,
    dated.entry_month,
    dated.entered_at,
    dated.starts_at,
    dated.ends_at,
    {{ days_after('dated.ends_at', setting('audience_response_days')) }} <= {{ as_of() }}
    and previous_metrics.engagement_rate is null as is_response_due,
    {{ days_after('dated.ends_at', setting('audience_retention_days')) }} <= {{ as_of() }}
    and previous_metrics.retention_rate is null as is_retention_due
from dated
left join previous_metrics
    on
        dated.audience = previous_metrics.audience
        and dated.entry_month = previous_metrics.entry_month
where dated.starts_at >= {{ days_before_as_of(setting('audience_changes_days')) }}
