{{ config(materialized='table') }}
{%- set parts = [
    'aggregates', 'tops', 'rushes', 'sequences', 'returns', 'gaps', 'streaks', 'balances',
] %}

-- Every trait that customer_360 declares, side by side.
with known as (
    select * from {{ ref('int_customers__known') }}
),

aggregates as (
    select * from {{ ref('int_traits__aggregates') }}
),

tops as (
    select * from {{ ref('int_traits__tops') }}
),

rushes as (
    select * from {{ ref('int_traits__rushes') }}
),

sequences as (
    select * from {{ ref('int_traits__sequences') }}
),

returns as (
    select * from {{ ref('int_traits__returns') }}
),

gaps as (
    select * from {{ ref('int_traits__gaps') }}
),

streaks as (
    select * from {{ ref('int_traits__streaks') }}
),

balances as (
    select * from {{ ref('int_traits__balances') }}
)

select
    {%- for trait in traits() %}
    {{ trait_column(trait) }} as {{ trait.name }},
    {%- endfor %}
    known.customer_id
from known
{% for part in parts -%}
left join {{ part }} on known.customer_id = {{ part }}.customer_id
{% endfor %}
