-- From which value on a score is given, and between which values its customers in fact are.
{%- set measures = {
    'recency': 'recency_days', 'frequency': 'frequency_count', 'monetary': 'monetary_amount'
} %}

with cut_points as (
    select * from {{ ref('int_value__rfm_cut_points') }}
    where measured_at = {{ as_of() }}
),

rfm_scores as (
    select * from {{ ref('rfm_scores') }}
),

axis_scores as (
    {%- for axis in measures %}
    select
        '{{ axis }}' as axis,
        {{ each_number(1, 5) }} as score
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

found as (
    {%- for axis, measure in measures.items() %}
    select
        '{{ axis }}' as axis,
        {{ axis }}_score as score,
        cast(min({{ measure }}) as decimal(18, 4)) as lowest_value,
        cast(max({{ measure }}) as decimal(18, 4)) as highest_value,
        count(*) as customer_count
    from rfm_scores
    group by {{ axis }}_score
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    axis_scores.axis,
    axis_scores.score,
    '{{ setting('rfm_method') }}' as method,
    '{{ setting('rfm_basis') }}' as basis,
    cut_points.cut_value,
    found.lowest_value,
    found.highest_value,
    coalesce(found.customer_count, 0) as customer_count
from axis_scores
left join cut_points
    on
        axis_scores.axis = cut_points.axis
        and axis_scores.score = cut_points.score
left join found
    on
        axis_scores.axis = found.axis
        and axis_scores.score = found.score
