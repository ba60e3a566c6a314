-- What a segment does: whom to remind of a cart, whom to show what they viewed, whom to win back.
with rfm_scores as (
    select * from {{ ref('rfm_scores') }}
),

engagement_states as (
    select * from {{ ref('engagement_states') }}
),

activity as (
    select * from {{ ref('int_customers__activity') }}
),

customer_value as (
    select * from {{ ref('int_customers__value') }}
),

browsers as (
    select customer_id
    from {{ ref('int_activity__customer_days') }}
    where
        event_name = 'product_viewed'
        and last_at >= {{ days_before_as_of(setting('recently_browsing_days')) }}
    group by customer_id
),

described as (
    select
        rfm_scores.rfm_segment,
        engagement_states.engagement_state,
        browsers.customer_id is not null as is_recently_browsing,
        coalesce(
            activity.last_cart_at >= {{ days_before_as_of(setting('open_cart_days')) }}
            and (
                customer_value.last_purchase_at is null
                or customer_value.last_purchase_at <= activity.last_cart_at
            ),
            false
        ) as has_open_cart,
        rfm_scores.monetary_amount
    from rfm_scores
    inner join engagement_states
        on rfm_scores.customer_id = engagement_states.customer_id
    left join activity
        on rfm_scores.customer_id = activity.customer_id
    left join customer_value
        on rfm_scores.customer_id = customer_value.customer_id
    left join browsers
        on rfm_scores.customer_id = browsers.customer_id
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
