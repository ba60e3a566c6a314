{{ config(materialized='table') }}

-- What a campaign is for, one row a value that it names. A text is as good in capitals; an empty
-- one names nothing.
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

attributes as (
    select named.attribute
    from (
        values
        {%- for attribute in lists %}
        ('{{ attribute }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as named (attribute)
),

named_lists as (
    select
        campaigns.source,
        campaigns.campaign_id,
        attributes.attribute,
        case attributes.attribute
            {%- for attribute, column in lists.items() %}
            when '{{ attribute }}' then campaigns.{{ column }}
            {%- endfor %}
        end as target_values
    from campaigns
    cross join attributes
),

targets as (
    select
        source,
        campaign_id,
        attribute,
        {{ each_in_json_array('target_values') }} as target_value
    from named_lists
)

select distinct
    source,
    campaign_id,
    attribute,
    {{ lowered(trimmed('target_value')) }} as target_value
from targets
where {{ trimmed('target_value') }} <> ''
