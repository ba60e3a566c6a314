-- Everything about a customer on one line of time: events by their name in the vocabulary, and
-- purchases, what was bought, messages, tickets and uses of features under names of ours.
with events as (
    select * from {{ ref('int_activity__events') }}
    where customer_id is not null
),

event_vocabulary as (
    select * from {{ ref('event_vocabulary') }}
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

-- A source may call an event outside the vocabulary as we call a moment of ours, like purchase.
select
    events.customer_id,
    events.occurred_at,
    events.source,
    events.sequence_number,
    events.event_id as moment_id,
    coalesce(event_vocabulary.event_name, 'event:' || events.event_name) as moment,
    true as is_activity,
    events.category,
    events.product_id,
    events.platform,
    events.country,
    events.value_amount,
    events.properties
from events
left join event_vocabulary
    on events.event_name = event_vocabulary.event_name
union all
-- Of a source that counts purchases by events, the event was the activity.
select
    customer_id,
    purchased_at as occurred_at,
    source,
    null as sequence_number,
    purchase_id as moment_id,
    'purchase' as moment,
    case when {{ counts_purchases_by('orders', 'source') }} then true else false end
        as is_activity,
    null as category,
    null as product_id,
    null as platform,
    null as country,
    net_amount as value_amount,
    null as properties
from purchases
union all
select
    customer_id,
    ordered_at as occurred_at,
    source,
    line_number as sequence_number,
    order_id as moment_id,
    'product_purchased' as moment,
    false as is_activity,
    category,
    product_id,
    null as platform,
    null as country,
    net_amount as value_amount,
    null as properties
from order_lines
union all
-- An open that a machine made is nobody's.
select
    customer_id,
    occurred_at,
    source,
    null as sequence_number,
    message_event_id as moment_id,
    'message_' || action as moment,
    false as is_activity,
    null as category,
    null as product_id,
    channel as platform,
    null as country,
    null as value_amount,
    null as properties
from messages
where action <> 'opened' or not is_machine_open
union all
select
    customer_id,
    opened_at as occurred_at,
    source,
    null as sequence_number,
    ticket_id as moment_id,
    'ticket_opened' as moment,
    false as is_activity,
    topic as category,
    null as product_id,
    null as platform,
    null as country,
    null as value_amount,
    null as properties
from tickets
union all
select
    customer_id,
    occurred_at,
    source,
    sequence_number,
    event_id as moment_id,
    'feature:' || feature as moment,
    false as is_activity,
    null as category,
    null as product_id,
    null as platform,
    null as country,
    null as value_amount,
    null as properties
from feature_uses
