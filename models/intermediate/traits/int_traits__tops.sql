-- What a customer did most often: the commonest value, of equals the one met last.
{%- set declared = traits(['top']) %}

with moments as (
    select * from {{ ref('int_traits__moments') }}
),

met as (
    {%- for trait in declared %}
    select
        '{{ trait.name }}' as trait,
        customer_id,
        cast({{ told_apart_by(trait.value) }} as {{ dbt.type_string() }}) as met_key,
        cast({{ moment_value(trait.value) }} as {{ dbt.type_string() }}) as met_value,
        occurred_at
    from moments
    where {{ is_moment(trait.of, trait.where) }} and {{ in_trait_window(trait.window) }}
    {% if not loop.last %}union all{% endif %}
    {%- else %}
    -- Nothing, where no trait is declared.
    select
        '' as trait,
        customer_id,
        category as met_key,
        category as met_value,
        occurred_at
    from moments
    where false
    {%- endfor %}
),

counted as (
    select
        trait,
        customer_id,
        met_key,
        met_value,
        count(*) as met_count,
        max(occurred_at) as last_met_at
    from met
    where met_value is not null
    group by trait, customer_id, met_key, met_value
),

ranked as (
    select
        trait,
        customer_id,
        met_value,
        met_count,
        row_number() over (
            partition by trait, customer_id
            order by met_count desc, last_met_at desc, met_key asc
        ) as value_rank
    from counted
)

select
    {%- for trait in declared %}
    {%- set result = 'met_count' if trait.result == 'count' else 'met_value' %}
    max({{ result }}) filter (where trait = '{{ trait.name }}') as {{ trait.name }},
    {%- endfor %}
    customer_id
from ranked
where value_rank = 1
group by customer_id
