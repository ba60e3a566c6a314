-- Days in a row on which something was done, or moments in a row of which each was of a kind.
{%- set declared = traits(['streak']) %}

with moments as (
    select * from {{ ref('int_traits__moments') }}
),

marked as (
    {{ marked_moments(declared) }}
),

days as (
    select
        trait,
        customer_id,
        cast(occurred_at as date) as active_on,
        max(occurred_at) as ended_at
    from marked
    where is_first
    group by trait, customer_id, cast(occurred_at as date)
),

-- Of days in a row, the day less its rank is the same.
numbered_days as (
    select
        trait,
        customer_id,
        {{ days_between_dates("cast('1970-01-01' as date)", 'active_on') }}
        - row_number() over (partition by trait, customer_id order by active_on) as streak_number,
        active_on,
        ended_at
    from days
),

numbered_moments as (
    select
        trait,
        customer_id,
        {{ streak('is_first') }} as streak_number,
        occurred_at,
        is_first
    from marked
),

streaks as (
    select
        trait || '/days' as kept,
        customer_id,
        count(*) as streak_length,
        max(ended_at) as ended_at,
        max(active_on) >= cast({{ days_before_as_of(1) }} as date) as is_current
    from numbered_days
    group by trait, customer_id, streak_number
    union all
    select
        trait || '/moments' as kept,
        customer_id,
        count(*) filter (where is_first) as streak_length,
        max(occurred_at) as ended_at,
        streak_number = max(streak_number) over (partition by trait, customer_id) as is_current
    from numbered_moments
    group by trait, customer_id, streak_number
)

select
    {%- for trait in declared %}
    {%- set kept = "kept = '" ~ trait.name ~ '/' ~ trait.unit ~ "'" %}
    {%- if trait.result == 'ended_at' %}
    max(ended_at) filter (
        where {{ kept }} and streak_length >= {{ trait.at_least }}
    )
    {%- else %}
    max(streak_length) filter (
        where {{ kept }}
        {%- if trait.result == 'current' %}
        and is_current
        {%- endif %}
    )
    {%- endif %} as {{ trait.name }},
    {%- endfor %}
    customer_id
from streaks
group by customer_id
