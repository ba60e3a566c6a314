{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__product_changes_versions') }}
),

ranked as (
    select
        versions.*,
        {{ version_rank(
            ['source', 'product_id', 'changed_at'],
            counts_when='changed_at < ' ~ as_of()
        ) }} as version_rank
    from versions
)

select
    source,
    product_id,
    changed_at,
    price_amount,
    currency,
    is_available,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
