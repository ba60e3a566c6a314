{{ config(materialized='table') }}

-- Who entered which cohort, by the seed's lines: grouped by what the entry says, or who they are.
{%- set attributes = [
    'acquisition_channel', 'country', 'language', 'device_os', 'onboarding_intent',
    'onboarding_use_case'
] %}

with definitions as (
    select * from {{ ref('cohort_definitions') }}
),

entries as (
    select * from {{ ref('int_cohorts__entries') }}
),

profile as (
    select * from {{ ref('int_customers__profile') }}
),

first_touch as (
    select * from {{ ref('int_customers__first_touch') }}
),

customers as (
    select
        entries.*,
        coalesce(profile.acquisition_channel, first_touch.acquisition_channel)
            as acquisition_channel,
        profile.country,
        profile.language,
        profile.device_os,
        profile.onboarding_intent,
        profile.onboarding_use_case
    from entries
    left join profile
        on entries.customer_id = profile.customer_id
    left join first_touch
        on entries.customer_id = first_touch.customer_id
),

grouped as (
    select
        definitions.cohort_type,
        definitions.period_grain,
        customers.customer_id,
        customers.entered_at,
        case definitions.grouped_by
            {%- for attribute in attributes %}
            when '{{ attribute }}' then coalesce(customers.{{ attribute }}, 'unknown')
            {%- endfor %}
            when 'entry' then coalesce(customers.entry_group, 'unknown')
        end as cohort_group
    from definitions
    inner join customers
        on definitions.entered_by = customers.entered_by
),

firsts as (
    select
        cohort_type,
        period_grain,
        customer_id,
        cohort_group,
        min(entered_at) as entered_at
    from grouped
    group by cohort_type, period_grain, customer_id, cohort_group
),

dated as (
    select
        firsts.*,
        {{ period_of('firsts.entered_at', 'firsts.period_grain') }} as period_start_date
    from firsts
)

select
    customer_id,
    {{ cohort_id('cohort_type', 'cohort_group', 'period_grain', 'period_start_date') }}
        as cohort_id,
    cohort_type,
    cohort_group,
    period_start_date,
    entered_at
from dated
