-- Each oddity in one sentence: what, the figure, what to do.
with guards as (
    select
        *,
        -- Never more than there is: 99.99 % are not all. 0.29 times 100 is a little under 29.
        cast(floor(metric_value * 100 + 0.000001) as bigint) as percent
    from {{ ref('int_activation__audience_guards') }}
)

select
    audience,
    advice,
    subject,
    {{ rounded('metric_value', 6) }} as metric_value,
    limit_value,
    case advice
        when 'too_small'
            then
                cast(cast(metric_value as bigint) as {{ dbt.type_string() }})
                || ' people, fewer than the '
                || cast(cast(limit_value as bigint) as {{ dbt.type_string() }})
                || ' worth a campaign: widen the rule, or retire it.'
        when 'empty'
            then
                'empty for '
                || cast(cast(metric_value as bigint) as {{ dbt.type_string() }})
                || ' releases: check that what its rule asks for still arrives, or retire it.'
        when 'near_identical'
            then
                cast(percent as {{ dbt.type_string() }})
                || ' % the same people as '
                || subject
                || ': merge the two, or tell them apart.'
        when 'stale_source'
            then
                'its source '
                || subject
                || ' last delivered '
                || cast(cast(floor(metric_value) as bigint) as {{ dbt.type_string() }})
                || ' days ago, '
                || cast(cast(limit_value as bigint) as {{ dbt.type_string() }})
                || ' are allowed: mend the delivery before you send.'
    end as sentence
from guards
