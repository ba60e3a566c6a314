-- The engagement score, 0 to 100, and its parts: what a customer has in each channel, weighed as
-- the seed says over the channels that anybody is active in. So one more channel never lowers it.
{%- set channels = ['web', 'app', 'store', 'email', 'push', 'sms', 'in_app', 'other'] %}

with channel_scores as (
    select
        customer_id,
        channel,
        channel_score,
        -- Decimals, which add up to the same in any order.
        cast(weight as decimal(18, 6)) as weight,
        cast(weight * channel_score as decimal(18, 6)) as weighted_score
    from {{ ref('int_engagement__channel_scores') }}
),

used_channels as (
    select distinct
        channel,
        weight
    from channel_scores
),

weights as (
    select cast(sum(weight) as double) as weight from used_channels
),

summed as (
    select
        customer_id,
        {%- for channel in channels %}
        sum(channel_score) filter (where channel = '{{ channel }}') as {{ channel }}_score,
        {%- endfor %}
        cast(sum(weighted_score) as double) as weighted_score
    from channel_scores
    group by customer_id
)

select
    summed.customer_id,
    {%- for channel in channels %}
    summed.{{ channel }}_score,
    {%- endfor %}
    {{ rounded('summed.weighted_score / nullif(weights.weight, 0)', 2) }} as engagement_score
from summed
cross join weights
