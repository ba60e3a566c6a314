with times as (
    select * from {{ source('lab', 'times') }}
)

select
    number,
    {{ seconds_between('begin_at', 'end_at') }} as seconds,
    {{ days_between_dates('cast(begin_at as date)', 'cast(end_at as date)') }} as days,
    {{ month_of('begin_at') }} as month_start,
    {{ months_between(month_of('begin_at'), month_of('end_at')) }} as months,
    {{ months_after('begin_at', 'number % 30') }} as months_later,
    {%- for grain in ['day', 'week', 'month', 'quarter'] %}
    {{ period_of('begin_at', "'" ~ grain ~ "'") }} as begin_{{ grain }},
    {{ periods_between(
        "'" ~ grain ~ "'",
        period_of('begin_at', "'" ~ grain ~ "'"),
        period_of('end_at', "'" ~ grain ~ "'")
    ) }} as {{ grain }}_count,
    {%- endfor %}
    begin_at < {{ as_of() }} as is_before,
    begin_at >= {{ days_before_as_of(28) }} as is_in_window,
    cast(begin_at as {{ dbt.type_string() }}) as begin_text
from times
