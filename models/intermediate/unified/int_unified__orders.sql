{{ config(materialized='table') }}

with versions as (
    select * from {{ ref('int_unified__orders_versions') }}
),

ranked as (
    select
        versions.*,
        {{ version_rank(
            ['source', 'order_id'],
            counts_when='ordered_at < ' ~ as_of()
        ) }} as version_rank
    from versions
)

select
    source,
    order_id,
    ordered_at,
    status,
    channel,
    user_id,
    email,
    phone,
    loyalty_id,
    anonymous_id,
    currency,
    gross_amount,
    discount_amount,
    net_amount,
    updated_at,
    is_deleted
from ranked
where version_rank = 1 and not coalesce(is_deleted, false)
