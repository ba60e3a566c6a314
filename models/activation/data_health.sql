-- How good the data is: each figure with the limits that a seed sets for it.
with metrics as (
    select * from {{ ref('int_activation__source_health') }}
    union all
    select * from {{ ref('int_activation__value_health') }}
    union all
    select * from {{ ref('int_activation__identity_health') }}
    union all
    select * from {{ ref('int_activation__campaign_health') }}
    union all
    select * from {{ ref('int_activation__audience_health') }}
),

health_limits as (
    select * from {{ ref('health_limits') }}
)

select
    metrics.metric,
    metrics.source,
    metrics.subject,
    {{ rounded('metrics.metric_value', 6) }} as metric_value,
    metrics.detail,
    case
        when metrics.metric_value < health_limits.stop_below then 'stop'
        when metrics.metric_value > health_limits.stop_above then 'stop'
        when metrics.metric_value < health_limits.warn_below then 'warn'
        when metrics.metric_value > health_limits.warn_above then 'warn'
        else 'ok'
    end as status
from metrics
left join health_limits
    on metrics.metric = health_limits.metric
where metrics.metric_value is not null
