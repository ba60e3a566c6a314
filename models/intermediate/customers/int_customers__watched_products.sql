{{ config(materialized='table') }}

-- What became of the products that a customer looked at or put in the cart and did not buy since:
-- cheaper now than at the last look, or to be had again. Looks and prices may come from two sources
-- of one namespace; what a change leaves empty stays as the one before told it.
with moments as (
    select * from {{ ref('int_traits__moments') }}
    where moment in ('product_viewed', 'product_added', 'product_purchased')
),

product_changes as (
    select * from {{ ref('int_unified__product_changes') }}
),

current_products as (
    select * from {{ ref('int_products__current') }}
),

looks as (
    select
        customer_id,
        product_key,
        max(occurred_at) filter (where moment in ('product_viewed', 'product_added'))
            as last_looked_at,
        max(occurred_at) filter (where moment = 'product_purchased') as last_bought_at
    from moments
    group by customer_id, product_key
),

watched as (
    select
        customer_id,
        product_key,
        last_looked_at
    from looks
    where
        last_looked_at >= {{ days_before_as_of(setting('watched_product_days')) }}
        and (last_bought_at is null or last_bought_at < last_looked_at)
),

-- A source that never names a currency has one of its own.
told as (
    select
        source,
        product_id,
        {{ in_namespace_of('source', 'product_id') }} as product_key,
        changed_at,
        {{ last_non_null('price_amount') }} over (
            partition by source, product_id
            order by changed_at
        ) as price_amount,
        coalesce({{ last_non_null('case when price_amount is not null then currency end') }} over (
            partition by source, product_id
            order by changed_at
        ), '') as currency,
        {{ last_non_null('is_available') }} over (
            partition by source, product_id
            order by changed_at
        ) as is_available
    from product_changes
),

steps as (
    select
        told.*,
        lag(told.price_amount) over (
            partition by told.source, told.product_id, told.currency
            order by told.changed_at
        ) as previous_price_amount,
        lag(told.is_available) over (
            partition by told.source, told.product_id
            order by told.changed_at
        ) as was_available,
        lead(told.changed_at) over (
            partition by told.source, told.product_id
            order by told.changed_at
        ) as until
    from told
),

priced as (
    select
        watched.customer_id,
        watched.product_key,
        watched.last_looked_at,
        standing.source,
        seen.price_amount > standing.price_amount as is_cheaper
    from watched
    inner join steps as standing
        on
            watched.product_key = standing.product_key
            and standing.until is null
    left join current_products
        on watched.product_key = current_products.product_key
    left join steps as seen
        on
            standing.source = seen.source
            and standing.product_id = seen.product_id
            and standing.currency = seen.currency
            and watched.last_looked_at >= seen.changed_at
            and watched.last_looked_at < seen.until
    -- Of a product in no catalogue its own source tells whether it can be had.
    where coalesce(current_products.is_available, standing.is_available, true)
)

select
    priced.customer_id,
    max(steps.changed_at) filter (
        where priced.is_cheaper and steps.price_amount < steps.previous_price_amount
    ) as price_dropped_at,
    max(steps.changed_at) filter (
        where steps.is_available and not steps.was_available
    ) as back_in_stock_at
from priced
inner join steps
    on
        priced.source = steps.source
        and priced.product_key = steps.product_key
        and priced.last_looked_at < steps.changed_at
group by priced.customer_id
