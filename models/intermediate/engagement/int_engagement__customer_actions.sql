-- What customers did, by the word that a goal of audience_goals names it with. What is an action in
-- itself is told from what only names one once more.
with events as (
    select * from {{ ref('int_activity__events') }}
    where customer_id is not null
),

purchases as (
    select * from {{ ref('int_activity__purchases') }}
    where customer_id is not null
),

messages as (
    select * from {{ ref('int_activity__messages') }}
    -- An open that a machine made is nobody's.
    where
        customer_id is not null
        and (action = 'clicked' or (action = 'opened' and not is_machine_open))
),

used_features as (
    select * from {{ ref('int_engagement__used_features') }}
)

select
    customer_id,
    occurred_at,
    'event ' || event_name as word,
    true as is_action
from events
union all
select
    customer_id,
    purchased_at as occurred_at,
    'purchase' as word,
    true as is_action
from purchases
union all
select
    customer_id,
    occurred_at,
    'message' as word,
    true as is_action
from messages
union all
select
    customer_id,
    occurred_at,
    'any_event' as word,
    false as is_action
from events
union all
-- Of a source that counts purchases by events, the event is told already.
select
    customer_id,
    purchased_at as occurred_at,
    'any_event' as word,
    false as is_action
from purchases
where {{ counts_purchases_by('orders', 'source') }}
union all
-- A feature that is set up is taken up as well.
select
    customer_id,
    first_at as occurred_at,
    'feature_adoption' as word,
    false as is_action
from used_features
