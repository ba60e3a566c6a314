-- Everything about a customer on one line of time: events by their own name; purchases, what was
-- bought, messages, tickets and uses of features under names of ours.
with events as (
    select * from {{ ref('int_activity__events') }}
    where customer_id is not null
),

purchases as (
    select * from {{ ref('int_activity__purchases') }}
    where customer_id is not null
),

order_lines as (
    select * from {{ ref('int_activity__order_lines') }}
    where customer_id is not null and status = 'completed'
),

messages as (
    select * from {{ ref('int_activity__messages') }}
    where customer_id is not null
),

tickets as (
    select * from {{ ref('int_activity__tickets') }}
    where customer_id is not null
),

feature_uses as (
    select * from {{ ref('int_activity__feature_uses') }}
    where customer_id is not null
)

select
    customer_id,
    occurred_at,
    source,
    sequence_number,
    event_id as moment_id,
    event_name as moment,
    true as is_activity,
    category,
    product_id,
    platform,
    country,
    value_amount,
    properties
from events
union all
select
    customer_id,
    purchased_at,
    source,
    null,
    purchase_id,
    'purchase',
    true,
    null,
    null,
    null,
    null,
    net_amount,
    null
from purchases
union all
select
    customer_id,
    ordered_at,
    source,
    line_number,
    order_id,
    'product_purchased',
    false,
    category,
    product_id,
    null,
    null,
    net_amount,
    null
from order_lines
union all
-- An open that a machine made is nobody's.
select
    customer_id,
    occurred_at,
    source,
    null,
    message_event_id,
    'message_' || action,
    false,
    null,
    null,
    channel,
    null,
    null,
    null
from messages
where action <> 'opened' or not is_machine_open
union all
select
    customer_id,
    opened_at,
    source,
    null,
    ticket_id,
    'ticket_opened',
    false,
    topic,
    null,
    null,
    null,
    null,
    null
from tickets
union all
select
    customer_id,
    occurred_at,
    source,
    sequence_number,
    event_id,
    'feature:' || feature,
    false,
    null,
    null,
    null,
    null,
    null,
    null
from feature_uses
