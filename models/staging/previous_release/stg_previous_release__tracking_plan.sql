with source as (
    select * from {{ source('previous_release', 'tracking_plan') }}
),

renamed as (
    select
        source,
        event_name,
        property,
        value_kind,
        status,
        change,
        changed_as_of,
        first_date,
        last_date,
        event_count,
        first_file,
        first_line,
        kind_rate,
        silent_days,
        allowed_silent_days,
        is_last_kind
    from source
    -- An older release told names as they were sent.
    where
        event_name = {{ plain_name('event_name') }}
        and (property = {{ plain_name('property') }} or property = '(event)')
)

select * from renamed
