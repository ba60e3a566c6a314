{{ config(materialized='table') }}

-- Scores at every moment by that moment's cut points: those of as_of and those of the past are made
-- by the same lines. A value at a cut point has the better score.
{%- set axes = ['recency', 'frequency', 'monetary'] %}

with measures as (
    select * from {{ ref('int_value__measures') }}
),

cut_points as (
    select
        -- Of one row each.
        {%- for axis in axes %}
        {%- for score in range(2, 6) %}
        sum(cut_value) filter (where axis = '{{ axis }}' and score = {{ score }})
            as {{ axis }}_{{ score }},
        {%- endfor %}
        {%- endfor %}
        measured_at
    from {{ ref('int_value__rfm_cut_points') }}
    group by measured_at
),

segments as (
    select * from {{ ref('rfm_segments') }}
),

scored as (
    select
        measures.measured_at,
        measures.customer_id,
        measures.recency_days,
        measures.frequency_count,
        measures.monetary_amount,
        {{ rfm_score('recency', 'measures.recency_days', 'cut_points') }} as recency_score,
        {{ rfm_score('frequency', 'measures.frequency_count', 'cut_points') }} as frequency_score,
        {{ rfm_score('monetary', 'measures.monetary_amount', 'cut_points') }} as monetary_score
    from measures
    inner join cut_points
        on measures.measured_at = cut_points.measured_at
)

select
    scored.measured_at,
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
