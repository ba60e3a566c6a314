{{ config(materialized='table') }}

-- What a campaign is for, one row a value that it names. A text is as good in capitals; an empty one
-- names nothing.
{%- set lists = {
    'engagement_state': 'target_states',
    'language': 'target_languages',
    'country': 'target_countries',
    'onboarding_intent': 'target_intents',
    'onboarding_use_case': 'target_use_cases',
    'required_feature': 'required_features',
} %}

with campaigns as (
    select * from {{ ref('int_campaigns__campaigns') }}
),

targets as (
    {%- for attribute, column in lists.items() %}
    select
        source,
        campaign_id,
        '{{ attribute }}' as attribute,
        {{ each_in_json_array(column) }} as target_value
    from campaigns
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select distinct
    source,
    campaign_id,
    attribute,
    {{ lowered(trimmed('target_value')) }} as target_value
from targets
where {{ trimmed('target_value') }} <> ''
