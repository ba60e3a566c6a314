{{ config(materialized='table') }}
{%- set declared = traits(['count', 'sum', 'distinct', 'first', 'last', 'days_since', 'share']) %}

-- All traits that are one aggregate over a customer's moments, in one scan.
with moments as (
    select * from {{ ref('int_traits__moments') }}
)

select
    {%- for trait in declared %}
    {{ trait_aggregate(trait) }} as {{ trait.name }},
    {%- endfor %}
    customer_id
from moments
group by customer_id
