with source as (
    select * from {{ source('rollcall', 'audience_catalogue') }}
),

renamed as (
    select
        -- text
        audience,
        owner,
        purpose,
        description,
        definition_hash,
        -- numbers
        cast(priority as bigint) as priority
    from source
)

select * from renamed
