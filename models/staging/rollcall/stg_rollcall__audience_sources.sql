with source as (
    select * from {{ source('rollcall', 'audience_sources') }}
),

renamed as (
    select
        -- text
        audience,
        source,
        -- numbers
        cast(freshness_days as bigint) as freshness_days
    from source
)

select * from renamed
