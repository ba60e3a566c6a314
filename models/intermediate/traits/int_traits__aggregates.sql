-- All traits that are one aggregate over a customer's moments, some dozens in a group by.
{%- set measures = ['count', 'sum', 'distinct', 'first', 'last', 'days_since', 'share'] %}
{%- set parts = traits_together(traits(measures)) %}

with moments as (
    select * from {{ ref('int_traits__moments') }}
),

{%- for part in parts %}

part_{{ loop.index }} as (
    select
        {%- for trait in part %}
        {{ trait_aggregate(trait) }} as {{ trait.name }},
        {%- endfor %}
        customer_id
    from moments
    where {{ is_moment(part | map(attribute='names') | sum(start=[]) | unique | list) }}
    group by customer_id
),
{%- endfor %}

customers as (
    select customer_id
    from moments
    group by customer_id
)

select
    {%- for part in parts %}
    {%- set number = loop.index %}
    {%- for trait in part %}
    {%- if trait.measure in ['count', 'distinct'] %}
    coalesce(part_{{ number }}.{{ trait.name }}, 0) as {{ trait.name }},
    {%- else %}
    part_{{ number }}.{{ trait.name }},
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
    customers.customer_id
from customers
{% for part in parts -%}
left join part_{{ loop.index }} on customers.customer_id = part_{{ loop.index }}.customer_id
{% endfor %}
