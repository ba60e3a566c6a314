{{ config(materialized='table') }}

-- On which days of the scored window an identifier was active on which platform.
with events as (
    select * from {{ ref('int_activity__events') }}
    where
        identifier_value is not null
        and occurred_at >= {{ days_before_as_of(setting('engagement_score_days')) }}
)

select distinct
    identifier_type,
    identifier_value,
    platform,
    cast(occurred_at as date) as activity_date
from events
