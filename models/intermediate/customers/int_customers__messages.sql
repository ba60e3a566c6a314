{{ config(materialized='table') }}

-- How a customer takes messages. An open that a machine made is nobody's.
with messages as (
    select * from {{ ref('int_activity__messages') }}
    where customer_id is not null
)

select
    customer_id,
    count(*) filter (where action = 'sent') as message_sent_count,
    count(*) filter (where action = 'opened' and not is_machine_open) as message_opened_count,
    count(*) filter (where action = 'clicked') as message_clicked_count,
    count(*) filter (
        where action = 'opened' and not is_machine_open
        and occurred_at >= {{ days_before_as_of(28) }}
    ) as message_opened_count_28_days,
    count(*) filter (
        where action = 'clicked' and occurred_at >= {{ days_before_as_of(28) }}
    ) as message_clicked_count_28_days,
    max(occurred_at) filter (where action = 'clicked') as last_clicked_at,
    count(*) filter (where action = 'complained') as complaint_count
from messages
group by customer_id
