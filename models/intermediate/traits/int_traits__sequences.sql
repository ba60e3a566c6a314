-- Something was done, often enough where a number is asked for, and what should have followed did
-- not in the time it had.
{%- set declared = traits(['sequence_then_absence']) %}

with moments as (
    select * from {{ ref('int_traits__moments') }}
),

marked as (
    {{ marked_moments(declared) }}
),

followed as (
    select
        marked.*,
        {%- for trait in declared if trait.first.count %}
        {{ number_in_window(duration_seconds(trait.first.within)) }} as {{ trait.name }}_number,
        {%- endfor %}
        {{ next_second_at() }} as next_second_at
    from marked
)

select
    {%- for trait in declared %}
    {%- set result = 'count(*)' if trait.result == 'count' else 'max(occurred_at)' %}
    {{ result }} filter (
        where
        trait = '{{ trait.name }}'
        {%- if trait.first.count %}
        and {{ trait.name }}_number >= {{ trait.first.count }}
        {%- endif %}
        and {{ sequence_then_absence('next_second_at', duration_seconds(trait.within)) }}
    ) as {{ trait.name }},
    {%- endfor %}
    customer_id
from followed
where is_first
group by customer_id
