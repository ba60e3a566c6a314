-- An e-mail, a phone or a card of customer_360 stands at one customer: two would get each other's.
with customers as (
    select * from {{ ref('customer_360') }}
),

addresses as (
    select
        'email' as identifier_type,
        email as identifier_value
    from customers
    union all
    select
        'phone' as identifier_type,
        phone as identifier_value
    from customers
    union all
    select
        'loyalty_id' as identifier_type,
        loyalty_id as identifier_value
    from customers
)

select
    identifier_type,
    count(*) as customer_count
from addresses
where identifier_value is not null
group by identifier_type, identifier_value
having count(*) > 1
