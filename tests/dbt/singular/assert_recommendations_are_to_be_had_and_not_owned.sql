-- Nobody is recommended what they have or what nobody can buy, by the tables of the contract.
with recommendations as (
    select
        customer_id,
        {{ in_namespace_of('product_source', 'product_id') }} as product_key
    from {{ ref('product_recommendations') }}
),

order_lines as (
    select
        orders.customer_id,
        {{ in_namespace_of('orders.source', 'order_lines.product_id') }} as product_key,
        order_lines.quantity
    from {{ ref('int_activity__orders') }} as orders
    inner join {{ ref('int_unified__order_lines') }} as order_lines
        on
            orders.source = order_lines.source
            and orders.order_id = order_lines.order_id
    where orders.status in ('completed', 'refunded')
),

owned as (
    select
        customer_id,
        product_key
    from order_lines
    group by customer_id, product_key
    having sum(quantity) > 0
),

changes as (
    select
        {{ in_namespace_of('source', 'product_id') }} as product_key,
        changed_at,
        is_available
    from {{ ref('int_unified__product_changes') }}
    where is_available is not null
),

newest_changes as (
    select
        product_key,
        max(changed_at) as changed_at
    from changes
    group by product_key
),

-- Of changes of one instant one that says it can be had is enough.
unavailable as (
    select changes.product_key
    from changes
    inner join newest_changes
        on
            changes.product_key = newest_changes.product_key
            and changes.changed_at = newest_changes.changed_at
    group by changes.product_key
    having not bool_or(changes.is_available)
)

select
    'owned' as fault,
    recommendations.product_key
from recommendations
inner join owned
    on
        recommendations.customer_id = owned.customer_id
        and recommendations.product_key = owned.product_key
union all
select
    'unavailable' as fault,
    recommendations.product_key
from recommendations
inner join unavailable
    on recommendations.product_key = unavailable.product_key
