-- The most that a customer did of something within a time, whenever that was.
{%- set declared = traits(['count_in_window']) %}

with moments as (
    select * from {{ ref('int_traits__moments') }}
),

marked as (
    {{ marked_moments(declared) }}
),

counted as (
    select
        trait,
        customer_id,
        {%- for trait in declared %}
        {{ count_in_window(duration_seconds(trait.within)) }} as {{ trait.name }},
        {%- endfor %}
        is_first
    from marked
    where is_first
)

select
    {%- for trait in declared %}
    cast(max({{ trait.name }}) filter (where trait = '{{ trait.name }}') as bigint)
        as {{ trait.name }},
    {%- endfor %}
    customer_id
from counted
group by customer_id
