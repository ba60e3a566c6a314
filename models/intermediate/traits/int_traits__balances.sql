-- What was paid in less what was taken out, by the direction that the vocabulary gives each event.
{%- set declared = traits(['running_balance']) %}

with moments as (
    select * from {{ ref('int_traits__moments') }}
),

event_vocabulary as (
    select * from {{ ref('event_vocabulary') }}
    where money_direction <> 0
),

marked as (
    {{ marked_moments(declared) }}
),

days as (
    select
        marked.trait,
        marked.customer_id,
        cast(marked.occurred_at as date) as moved_on,
        cast(sum(marked.value_amount * event_vocabulary.money_direction) as decimal(18, 4))
            as moved_amount
    from marked
    inner join event_vocabulary
        on marked.moment = event_vocabulary.event_name
    where marked.is_first
    group by marked.trait, marked.customer_id, cast(marked.occurred_at as date)
),

balances as (
    select
        trait,
        customer_id,
        moved_amount,
        sum(moved_amount) over (
            partition by trait, customer_id
            order by moved_on
        ) as balance_amount
    from days
)

select
    {%- for trait in declared %}
    cast({{ 'sum(moved_amount)' if trait.result == 'now' else 'min(balance_amount)' }} filter (
        where trait = '{{ trait.name }}'
    ) as decimal(18, 4)) as {{ trait.name }},
    {%- endfor %}
    customer_id
from balances
group by customer_id
