{{ config(materialized='table') }}

-- What lies in the cart and was left there: the last that was done with the product was to put it
-- in. Products are known by their id alone, as what was bought comes from another source.
with moments as (
    select * from {{ ref('int_traits__moments') }}
    where
        product_id is not null
        and moment in ('product_added', 'product_removed', 'product_purchased')
),

ranked as (
    select
        customer_id,
        product_id,
        moment,
        occurred_at,
        row_number() over (
            partition by customer_id, product_id
            order by
                occurred_at desc,
                -- What happened at the very time that it was put in took it out.
                case when moment = 'product_added' then 1 else 0 end asc,
                moment_id asc
        ) as recency_rank
    from moments
)

select
    customer_id,
    {{ sorted_json_array('product_id') }} as abandoned_products
from ranked
where
    recency_rank = 1
    and moment = 'product_added'
    and occurred_at >= {{ days_before_as_of(setting('open_cart_days')) }}
group by customer_id
