-- A figure past its stop limit means that what was built is not to be trusted: a cluster of
-- thousands of identifiers is many people taken for one. The message names the figure and the seed.
with data_health as (
    select * from {{ ref('data_health') }}
    where status = 'stop'
)

select
    {{ raise_error(
        "'data_health: ' || metric || ' of ' || source || ' is '"
        ~ " || cast(cast(metric_value as bigint) as " ~ dbt.type_string() ~ ")"
        ~ " || coalesce(' (' || detail || ')', '') || ', past its stop limit in the seed"
        ~ " health_limits'"
    ) }} as failure
from data_health
