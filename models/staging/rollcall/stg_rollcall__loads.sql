with source as (
    select * from {{ source('rollcall', 'loads') }}
),

renamed as (
    select
        -- text
        load_id,
        source,
        table_name,
        status,
        release_id,
        -- numbers
        cast(accepted_count as bigint) as accepted_count,
        cast(quarantined_count as bigint) as quarantined_count,
        -- booleans
        is_live,
        -- timestamps
        cast(landed_at as timestamp) as landed_at,
        cast(loaded_at as timestamp) as loaded_at,
        cast(coalesce(delivered_at, loaded_at) as timestamp) as delivered_at
    from source
)

select * from renamed
