{{ config(materialized='table') }}

-- What to show each member: their recommendations; without any, what is rated best of all that can
-- be had and that they do not own. Nothing where the company has nothing.
with members as (
    select customer_id
    from {{ ref('int_activation__qualified') }}
    where exclusion_reason is null
    group by customer_id
),

recommendations as (
    select * from {{ ref('product_recommendations') }}
),

products as (
    select * from {{ ref('int_products__current') }}
    where is_available
),

bought as (
    select * from {{ ref('int_products__bought') }}
),

own as (
    select
        members.customer_id,
        recommendations.recommendation_rank,
        recommendations.product_id,
        recommendations.product_name
    from members
    inner join recommendations
        on members.customer_id = recommendations.customer_id
),

without_any as (
    select
        members.customer_id,
        count(bought.product_key) as bought_count
    from members
    left join own
        on members.customer_id = own.customer_id
    left join bought
        on members.customer_id = bought.customer_id
    where own.customer_id is null
    group by members.customer_id
),

best_rated as (
    select
        product_key,
        product_id,
        name as product_name,
        row_number() over (order by rating desc nulls last, product_key asc) as rating_rank
    from products
),

-- So many are looked at as the member can have bought.
best_of_all as (
    select
        without_any.customer_id,
        best_rated.product_id,
        best_rated.product_name,
        row_number() over (
            partition by without_any.customer_id
            order by best_rated.rating_rank
        ) as recommendation_rank
    from without_any
    inner join best_rated
        on
            best_rated.rating_rank
            <= {{ setting('recommendation_ranks') }} + without_any.bought_count
    left join bought
        on
            without_any.customer_id = bought.customer_id
            and best_rated.product_key = bought.product_key
            and bought.is_owned
    where bought.customer_id is null
),

named as (
    select
        customer_id,
        recommendation_rank,
        product_id,
        product_name
    from own
    union all
    select
        customer_id,
        recommendation_rank,
        product_id,
        product_name
    from best_of_all
    where recommendation_rank <= {{ setting('recommendation_ranks') }}
)

select
    customer_id,
    {{ first_non_null('product_id', 'recommendation_rank') }} as product_id,
    -- The first one's name, be it none, and not the next one's.
    nullif({{ first_non_null("coalesce(product_name, '')", 'recommendation_rank') }}, '')
        as product_name,
    {{ sorted_json_array('product_id') }} as product_ids
from named
group by customer_id
