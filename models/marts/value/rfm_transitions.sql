-- Who is scored once is scored ever after, so the row before a customer's own is a month older.
with scores as (
    select * from {{ ref('int_value__rfm_scores') }}
    where measured_at = cast({{ month_of('measured_at') }} as timestamp)
),

moves as (
    select
        measured_at,
        lag(rfm_segment, 1, 'unscored') over (partition by customer_id order by measured_at)
            as from_segment,
        rfm_segment as to_segment
    from scores
)

select
    cast(measured_at as date) as month,
    from_segment,
    to_segment,
    count(*) as customer_count
from moves
-- Of the first moment nothing is known about the month before it.
where
    measured_at
    > cast({{ month_of(as_of()) }} as timestamp)
    - interval '{{ setting('rfm_history_months') }}' month
group by measured_at, from_segment, to_segment
