-- What each figure was in the last releases before this one, in the middle, and how far it swayed.
-- A release of the same as_of is this one run again: it is no past.
with previous_profiles as (
    select * from {{ ref('stg_previous_release__table_profiles') }}
    where
        released_as_of < {{ as_of() }}
        and figure_value is not null
        and released_as_of
        >= cast('{{ setting('history_begins_at') or '1970-01-01' }}' as timestamp)
),

ranked as (
    select
        previous_profiles.*,
        row_number() over (
            partition by
                previous_profiles.table_name,
                previous_profiles.column_name,
                previous_profiles.statistic,
                previous_profiles.subject
            order by previous_profiles.released_as_of desc
        ) as age
    from previous_profiles
),

recent as (
    select * from ranked
    where age <= {{ setting('drift_releases') }}
),

middles as (
    select
        table_name,
        column_name,
        statistic,
        subject,
        count(*) as release_count,
        median(figure_value) as median_value,
        max(figure_value) as greatest_value
    from recent
    group by table_name, column_name, statistic, subject
)

select
    middles.table_name,
    middles.column_name,
    middles.statistic,
    middles.subject,
    middles.release_count,
    middles.median_value,
    middles.greatest_value,
    median(abs(recent.figure_value - middles.median_value)) as deviation
from middles
inner join recent
    on
        middles.table_name = recent.table_name
        and middles.column_name = recent.column_name
        and middles.statistic = recent.statistic
        and middles.subject = recent.subject
group by
    middles.table_name,
    middles.column_name,
    middles.statistic,
    middles.subject,
    middles.release_count,
    middles.median_value,
    middles.greatest_value
