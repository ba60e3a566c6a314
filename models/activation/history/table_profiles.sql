-- The figures of this release with the bounds that their own past sets, and those of all before.
with figures as (
    select * from {{ ref('int_activation__table_figures') }}
),

bounds as (
    select * from {{ ref('int_activation__figure_bounds') }}
),

drift_limits as (
    select * from {{ ref('drift_limits') }}
),

previous_profiles as (
    select * from {{ ref('stg_previous_release__table_profiles') }}
    where released_as_of < {{ as_of() }}
),

known_categories as (
    select
        table_name,
        column_name,
        subject
    from previous_profiles
    where statistic = 'share'
    group by table_name, column_name, subject
),

-- Of each column of categories, the most that went unnamed in any release.
known_columns as (
    select
        table_name,
        column_name,
        max(figure_value) as rare_count
    from previous_profiles
    where statistic = 'rare_category_count'
    group by table_name, column_name
),

-- A category that is gone has a share of nothing, which is told as long as it lately had any.
measured as (
    select * from figures
    union all
    select
        bounds.table_name,
        bounds.column_name,
        bounds.statistic,
        bounds.subject,
        cast(0 as double) as figure_value
    from bounds
    inner join figures as told
        on
            bounds.table_name = told.table_name
            and bounds.column_name = told.column_name
            and told.statistic = 'rare_category_count'
    left join figures
        on
            bounds.table_name = figures.table_name
            and bounds.column_name = figures.column_name
            and bounds.statistic = figures.statistic
            and bounds.subject = figures.subject
    where
        bounds.statistic = 'share'
        and bounds.greatest_value > 0
        and figures.subject is null
),

bounded as (
    select
        measured.*,
        coalesce(bounds.release_count, 0) as release_count,
        bounds.median_value,
        -- 1.4826 makes the median deviation of what is spread normally its standard deviation.
        greatest(
            drift_limits.deviation_count * 1.4826 * bounds.deviation,
            drift_limits.minimum_change_rate * abs(bounds.median_value),
            drift_limits.minimum_change
        ) as width,
        case measured.statistic
            when 'share'
                then known_columns.table_name is not null and known_categories.subject is null
            when 'rare_category_count'
                then coalesce(measured.figure_value > known_columns.rare_count, false)
            else false
        end as is_never_seen
    from measured
    left join bounds
        on
            measured.table_name = bounds.table_name
            and measured.column_name = bounds.column_name
            and measured.statistic = bounds.statistic
            and measured.subject = bounds.subject
    left join drift_limits
        on measured.statistic = drift_limits.statistic
    left join known_columns
        on
            measured.table_name = known_columns.table_name
            and measured.column_name = known_columns.column_name
    left join known_categories
        on
            measured.table_name = known_categories.table_name
            and measured.column_name = known_categories.column_name
            and measured.subject = known_categories.subject
)

select
    {{ as_of() }} as released_as_of,
    '{{ of_this_run('release_id') }}' as release_id,
    table_name,
    column_name,
    statistic,
    subject,
    figure_value,
    release_count,
    {%- for bound, sign in [('lower_bound', '-'), ('upper_bound', '+')] %}
    case
        when release_count >= {{ setting('drift_minimum_releases') }}
            then {{ rounded('median_value ' ~ sign ~ ' width', 6) }}
    end as {{ bound }},
    {%- endfor %}
    case
        when release_count < {{ setting('drift_minimum_releases') }} then 'too_few'
        when figure_value is null then 'past'
        when abs(figure_value - median_value) > width then 'past'
        else 'ok'
    end as status,
    is_never_seen
from bounded
union all
select
    released_as_of,
    release_id,
    table_name,
    column_name,
    statistic,
    subject,
    figure_value,
    release_count,
    lower_bound,
    upper_bound,
    status,
    is_never_seen
from previous_profiles
