with source as (
    select * from {{ source('previous_release', 'table_profiles') }}
),

renamed as (
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
    from source
    -- An older release told names as they were sent.
    where subject = {{ plain_name('subject') }} or subject = '(none)'
)

select * from renamed
