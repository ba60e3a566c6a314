-- Each pair of audiences once, in the order of their names, where somebody is in both. What is
-- exported counts by its members; what never is, by who qualifies: it has no members.
with memberships as (
    select * from {{ ref('audience_memberships') }}
),

qualified as (
    select * from {{ ref('int_activation__qualified') }}
),

exported as (
    select audience from memberships
    group by audience
),

people as (
    select
        audience,
        customer_id
    from memberships
    union all
    select
        qualified.audience,
        qualified.customer_id
    from qualified
    left join exported
        on qualified.audience = exported.audience
    where qualified.exclusion_reason = 'not_exported' and exported.audience is null
),

-- Pairs are found among numbers, a fourth of the time that ids and names take.
audiences as (
    select
        audience,
        cast(row_number() over (order by audience) as int) as audience_number,
        count(*) as customer_count
    from people
    group by audience
),

customers as (
    select
        customer_id,
        row_number() over (order by customer_id) as customer_number
    from people
    group by customer_id
),

numbered as (
    select
        audiences.audience_number,
        customers.customer_number
    from people
    inner join audiences
        on people.audience = audiences.audience
    inner join customers
        on people.customer_id = customers.customer_id
),

pairs as (
    select
        numbered.audience_number,
        others.audience_number as other_audience_number,
        count(*) as customer_count
    from numbered
    inner join numbered as others
        on
            numbered.customer_number = others.customer_number
            and numbered.audience_number < others.audience_number
    group by numbered.audience_number, others.audience_number
)

select
    audiences.audience,
    others.audience as other_audience,
    pairs.customer_count,
    {{ rounded('pairs.customer_count / cast(audiences.customer_count as double)', 6) }}
        as audience_rate,
    {{ rounded('pairs.customer_count / cast(others.customer_count as double)', 6) }}
        as other_audience_rate,
    {{ rounded(
        'pairs.customer_count / cast('
        ~ 'audiences.customer_count + others.customer_count - pairs.customer_count as double)', 6
    ) }} as jaccard_rate
from pairs
inner join audiences
    on pairs.audience_number = audiences.audience_number
inner join audiences as others
    on pairs.other_audience_number = others.audience_number
