-- Per source, what its live files brought.
with loads as (
    select * from {{ ref('stg_rollcall__loads') }}
    where is_live
)

select
    source,
    cast(sum(accepted_count) as bigint) as accepted_count,
    cast(sum(quarantined_count) as bigint) as quarantined_count,
    -- What could not be read brought nothing: it makes no source fresh.
    max(loaded_at) filter (where status = 'loaded') as last_loaded_at,
    max(delivered_at) filter (where status = 'loaded') as last_delivered_at,
    -- The file that waited longest for this release; null where it brings nothing new.
    min(landed_at) filter (where release_id = '{{ of_this_run('release_id') }}')
        as first_newly_landed_at
from loads
group by source
