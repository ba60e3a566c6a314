-- Customers with at least one completed order; monetary_amount takes their credit notes off.
with customer_values as (
    select * from {{ ref('int_customers__value') }}
    where order_count > 0
),

known as (
    select * from {{ ref('int_customers__known') }}
),

segments as (
    select * from {{ ref('rfm_segments') }}
),

measured as (
    select
        customer_values.customer_id,
        {{ days_between_dates(
            'cast(customer_values.last_order_at as date)', 'cast(' ~ as_of() ~ ' as date)'
        ) }} as recency_days,
        customer_values.order_count as frequency_count,
        customer_values.net_revenue_amount as monetary_amount
    from customer_values
    inner join known
        on customer_values.customer_id = known.customer_id
),

scored as (
    select
        customer_id,
        recency_days,
        frequency_count,
        monetary_amount,
        {{ rfm_score('recency_days desc') }} as recency_score,
        {{ rfm_score('frequency_count') }} as frequency_score,
        {{ rfm_score('monetary_amount') }} as monetary_score
    from measured
)

select
    scored.customer_id,
    scored.recency_days,
    scored.frequency_count,
    scored.monetary_amount,
    cast(scored.recency_score as bigint) as recency_score,
    cast(scored.frequency_score as bigint) as frequency_score,
    cast(scored.monetary_score as bigint) as monetary_score,
    segments.rfm_segment
from scored
left join segments
    on
        scored.recency_score = segments.recency_score
        and scored.frequency_score = segments.frequency_score
