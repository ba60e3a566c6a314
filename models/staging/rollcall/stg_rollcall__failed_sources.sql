with source as (
    select * from {{ source('rollcall', 'failed_sources') }}
),

renamed as (
    select
        -- text
        failure_id,
        source,
        table_name,
        -- numbers
        cast(quarantined_count as bigint) as quarantined_count,
        -- timestamps
        cast(failed_at as timestamp) as failed_at
    from source
)

select * from renamed
