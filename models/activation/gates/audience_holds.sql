-- Each hold in a sentence: what, the figure, what to do.
with gates as (
    select
        *,
        cast(row_number() over (
            partition by audience
            order by gravity, gate, subject
        ) as bigint) as place,
        cast({{ rounded('metric_value * 100', 1) }} as {{ dbt.type_string() }}) as percent,
        cast({{ rounded('limit_value * 100', 1) }} as {{ dbt.type_string() }}) as limit_percent,
        cast(cast(floor(metric_value) as bigint) as {{ dbt.type_string() }}) as whole,
        cast(cast(floor(limit_value) as bigint) as {{ dbt.type_string() }}) as limit_whole
    from {{ ref('int_activation__gates') }}
),

verdicts as (
    select * from {{ ref('int_activation__verdicts') }}
),

consent_faults as (
    select * from {{ ref('int_activation__consent_faults') }}
)

select
    gates.audience,
    gates.gate,
    gates.subject,
    gates.place,
    {{ rounded('gates.metric_value', 6) }} as metric_value,
    {{ rounded('gates.limit_value', 6) }} as limit_value,
    verdicts.status,
    case
        when consent_faults.sentence is not null then consent_faults.sentence
        when gates.gate = 'source_failed'
            then
                gates.whole || ' files of its source ' || gates.subject
                || ' cannot be read: mend or replace them, or let it through.'
        when gates.gate = 'source_stale'
            then
                'its source ' || gates.subject || ' last delivered ' || gates.whole
                || ' days ago, ' || gates.limit_whole
                || ' are allowed: mend the delivery, or let it through.'
        when gates.gate = 'tracking_vanished'
            then
                gates.subject || ', which its rule rests on, has not come for ' || gates.whole
                || ' days, ' || gates.limit_whole
                || ' are allowed by its past: mend the tracking, or let it through.'
        when gates.gate = 'tracking_changed'
            then
                gates.subject || ', which its rule rests on, is of another kind in '
                || gates.percent || ' % of what came since, ' || gates.limit_percent
                || ' % are allowed: mend the tracking, or let it through.'
        when gates.gate = 'emptied'
            then
                'it would be empty, it had ' || gates.whole
                || ' members: see whether what its rule asks for still arrives, or let it through.'
        when gates.gate = 'withdrawn'
            then
                'it is exported no more, it had ' || gates.whole
                || ' members: its model is gone, or its purpose is none. Put that back, or let it '
                || 'through, and its members leave.'
        when gates.gate = 'definition_changed'
            then
                'its rule is not the one it was last released by: look at who enters and leaves, '
                || 'and let it through.'
        when gates.gate in ('changed', 'changed_by_half')
            then
                gates.percent || ' % of its members would change, ' || gates.limit_percent
                || ' % are allowed: look at who enters and leaves, and let it through or mend '
                || 'what it is made of.'
        when gates.gate = 'changed_in_days'
            then
                gates.percent || ' % of its members would have changed in '
                || '{{ setting('audience_hold_days') }} days, ' || gates.limit_percent
                || ' % are allowed: look at who enters and leaves, and let it through or give it '
                || 'limits of its own.'
    end as sentence
from gates
inner join verdicts
    on gates.audience = verdicts.audience
left join consent_faults
    on
        gates.gate = consent_faults.gate
        and gates.subject = consent_faults.subject
