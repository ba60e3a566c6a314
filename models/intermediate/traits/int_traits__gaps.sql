-- How long customers let pass between one time and the next, or the next but one.
{%- set declared = traits(['gap_between']) %}

with moments as (
    select * from {{ ref('int_traits__moments') }}
),

marked as (
    {{ marked_moments(declared) }}
),

measured as (
    select
        trait,
        customer_id,
        occurred_at,
        {%- for steps in declared | map(attribute='steps', default=1) | unique | sort %}
        {{ gap_between(steps) }} as gap_of_{{ steps }}_microseconds,
        {%- endfor %}
        is_first
    from marked
    where is_first
)

select
    {%- for trait in declared %}
    {%- set gap = 'gap_of_' ~ (trait.steps or 1) ~ '_microseconds' %}
    {%- set chosen = "filter (where trait = '" ~ trait.name ~ "')" %}
    {%- if trait.result == 'ended_at' %}
    max(occurred_at) filter (
        where
        trait = '{{ trait.name }}'
        and {{ gap }} >= {{ duration_seconds(trait.at_least) * 1000000 }}
    )
    {%- elif trait.result == 'average' %}
    cast(floor(
        cast(sum({{ gap }}) {{ chosen }} as double) / nullif(count({{ gap }}) {{ chosen }}, 0)
        / 1000000
    ) as bigint)
    {%- else %}
    cast(floor(
        {{ 'min' if trait.result == 'shortest' else 'max' }}({{ gap }}) {{ chosen }} / 1000000
    ) as bigint)
    {%- endif %} as {{ trait.name }},
    {%- endfor %}
    customer_id
from measured
group by customer_id
