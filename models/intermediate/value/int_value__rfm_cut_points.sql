{{ config(materialized='table') }}

-- The value to be reached for each score of 2 to 5, at each moment, by the method in force.
-- Goodness is the value, of recency with its sign turned: more is better on every axis.
{%- set method = setting('rfm_method') %}

with measures as (
    select * from {{ ref('int_value__measures') }}
),

moments as (
    select * from {{ ref('int_value__moments') }}
),

fixed_cut_points as (
    select * from {{ ref('rfm_cut_points') }}
),

scores as (
    select {{ each_number(2, 5) }} as score
),

axis_values as (
    select
        measured_at,
        'recency' as axis,
        cast(-recency_days as decimal(18, 4)) as goodness
    from measures
    union all
    select
        measured_at,
        'frequency' as axis,
        cast(frequency_count as decimal(18, 4)) as goodness
    from measures
    union all
    select
        measured_at,
        'monetary' as axis,
        monetary_amount as goodness
    from measures
),

distinct_values as (
    select
        measured_at,
        axis,
        goodness,
        count(*) as value_count
    from axis_values
    group by measured_at, axis, goodness
),

counted as (
    select
        measured_at,
        axis,
        goodness,
        sum(value_count) over (partition by measured_at, axis order by goodness) as reached_count,
        sum(value_count) over (partition by measured_at, axis order by goodness) - value_count
            as worse_count,
        sum(value_count) over (partition by measured_at, axis) as customer_count
    from distinct_values
),

-- Where the cut lies among the values from worst to best, the worst at 0: in whole fifths.
positions as (
    select
        counted.measured_at,
        counted.axis,
        scores.score,
        counted.goodness,
        counted.reached_count,
        counted.worse_count,
        (scores.score - 1) * (counted.customer_count - 1) as fifths
    from counted
    cross join scores
),

cuts as (
    select
        measured_at,
        axis,
        score,
        {%- if method == 'rank' %}
        min(goodness) filter (where worse_count * 5 >= fifths) as goodness
        {%- else %}
        {{ interpolated('goodness', 'worse_count', 'reached_count', 'fifths') }} as goodness
        {%- endif %}
    from positions
    group by measured_at, axis, score
)

select
    measured_at,
    axis,
    score,
    cast(case when axis = 'recency' then -goodness else goodness end as decimal(22, 5))
        as cut_value
from cuts
where '{{ method }}' <> 'fixed'
union all
select
    moments.measured_at,
    fixed_cut_points.axis,
    fixed_cut_points.score,
    fixed_cut_points.cut_value
from moments
cross join fixed_cut_points
where '{{ method }}' = 'fixed'
