-- What a segment does: whom to remind of a cart, whom to show what they looked at.
with rfm_scores as (
    select * from {{ ref('rfm_scores') }}
),

customers as (
    select * from {{ ref('customer_360') }}
),

described as (
    select
        rfm_scores.rfm_segment,
        customers.engagement_state,
        coalesce(
            customers.last_browsed_at >= {{ days_before_as_of(setting('recently_browsing_days')) }},
            false
        ) as is_recently_browsing,
        coalesce(
            customers.last_cart_at >= {{ days_before_as_of(setting('open_cart_days')) }}
            and (
                customers.last_purchase_at is null
                or customers.last_purchase_at <= customers.last_cart_at
            ),
            false
        ) as has_open_cart,
        rfm_scores.monetary_amount
    from rfm_scores
    inner join customers
        on rfm_scores.customer_id = customers.customer_id
    where customers.engagement_state is not null
)

select
    rfm_segment,
    engagement_state,
    is_recently_browsing,
    has_open_cart,
    count(*) as customer_count,
    cast(sum(monetary_amount) as decimal(18, 4)) as monetary_amount
from described
group by rfm_segment, engagement_state, is_recently_browsing, has_open_cart
