-- Something was done for the first time, and then again.
{%- set declared = traits(['first_then_again']) %}

with moments as (
    select * from {{ ref('int_traits__moments') }}
),

marked as (
    {{ marked_moments(declared) }}
),

told as (
    select
        trait,
        customer_id,
        same_key,
        occurred_at,
        is_first,
        {{ first_then_again() }} as is_again
    from marked
),

returns as (
    select
        trait,
        customer_id,
        same_key,
        min(occurred_at) filter (where is_first) as first_at,
        min(occurred_at) filter (where is_again) as again_at
    from told
    group by trait, customer_id, same_key
)

select
    {%- for trait in declared %}
    {%- set result = 'count(*)' if trait.result == 'count' else 'max(again_at)' %}
    {{ result }} filter (
        where
        trait = '{{ trait.name }}'
        {%- if trait.within %}
        and {{ seconds_between('first_at', 'again_at') }} < {{ duration_seconds(trait.within) }}
        {%- endif %}
    ) as {{ trait.name }},
    {%- endfor %}
    customer_id
from returns
where again_at is not null
group by customer_id
