{{ config(materialized='table') }}
{%- set window = setting('engagement_window_days') %}

-- The roll-up by feature. The customer is joined last, as in the roll-up by event.
with uses as (
    select * from {{ ref('int_activity__feature_uses') }}
)

select
    identifier_type,
    identifier_value,
    cast(occurred_at as date) as activity_date,
    feature,
    kind,
    count(*) as use_count,
    count(*) filter (
        where occurred_at >= {{ days_before_as_of(window) }}
    ) as window_use_count,
    count(*) filter (
        where
        occurred_at >= {{ days_before_as_of(2 * window) }}
        and occurred_at < {{ days_before_as_of(window) }}
    ) as previous_window_use_count,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from uses
group by identifier_type, identifier_value, cast(occurred_at as date), feature, kind
